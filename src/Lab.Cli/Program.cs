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
return LabCommand.Run(args, output, Console.Error, isTerminal: !Console.IsOutputRedirected, stop.Token);
