using Lab.Cli;

namespace Lab.Properties.Cli;

/// <summary>One run of the command, in this process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    internal static CommandRun Of(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = LabCommand.Run(args, output, error);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
