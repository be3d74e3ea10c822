using System.Runtime.InteropServices;
using Lab.Cli;

// Standard output is the command's alone: what a program under exploration prints goes to standard error.
var output = Console.Out;
Console.SetOut(Console.Error);

// The first Ctrl-C ends an exploration with its report; the second ends the process.
using var stop = new StopRequest();
Console.CancelKeyPress += (_, e) => e.Cancel = stop.Ask(ExitCode.Interrupted);

// Whoever tidies up machines sends SIGTERM: the run is stored where --resume says, and the status says that it is not at its end.
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = stop.Ask(ExitCode.Terminated));

// A program that calls Environment.Exit takes the command with it, whatever status it asks for: that must not look like a result.
var isBack = false;
AppDomain.CurrentDomain.ProcessExit += (_, _) =>
{
    if (!isBack && stop.Status == 0)
    {
        Environment.ExitCode = LabCommand.WasEnded(args, output, Console.Error);
    }
};
var exitCode = LabCommand.Run(args, output, Console.Error, isTerminal: !Console.IsOutputRedirected, stop);
isBack = true;
return exitCode;
