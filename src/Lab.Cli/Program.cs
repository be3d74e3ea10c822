using System.Runtime.InteropServices;
using Lab.Cli;

// Standard output is the command's alone: what a program under exploration prints goes to standard error.
var output = Console.Out;
Console.SetOut(Console.Error);

// The first Ctrl-C ends an exploration with its report; the second ends the process.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

// Whoever tidies up machines sends SIGTERM: the run is stored where --resume says, and the status says that it is not at its end.
var isTerminated = false;
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    (isTerminated, context.Cancel) = (true, !stop.IsCancellationRequested);
    stop.Cancel();
});
var exitCode = LabCommand.Run(args, output, Console.Error, isTerminal: !Console.IsOutputRedirected, stop.Token);
return isTerminated && exitCode == ExitCode.Fine ? ExitCode.Terminated : exitCode;
