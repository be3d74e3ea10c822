using System.Diagnostics;
using Lab.Cli;

namespace Lab.Properties.Cli;

/// <summary>One run of the command, in this process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    internal static CommandRun Of(params string[] args) => Of(new StopRequest(), args);

    internal static CommandRun Of(StopRequest stop, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = LabCommand.Run(args, output, error, stop: stop);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The command in a process of its own, for what a process is told.</summary>
    /// <param name="args">After <c>dotnet exec</c>.</param>
    internal static Process Start(params string[] args) => Start(args, []);

    /// <inheritdoc cref="Start(string[])"/>
    internal static Process Start(string[] args, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
