using Lab.Cli;

// Standard output is the command's alone: what a program under exploration prints goes to standard error.
var output = Console.Out;
Console.SetOut(Console.Error);
return LabCommand.Run(args, output, Console.Error, isTerminal: !Console.IsOutputRedirected);
