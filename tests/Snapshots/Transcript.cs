using System.CommandLine;
using System.Text;
using Lab.Cli;

namespace Lab.Snapshots;

/// <summary>Commands and what they print, as a terminal shows them; on a machine on which nothing takes any time.</summary>
internal static class Transcript
{
    /// <summary>Runs the commands one after the other in a folder; what they write is written there.</summary>
    internal static string Of(string folder, params string[] commands)
    {
        var before = Environment.CurrentDirectory;
        var text = new StringBuilder();
        try
        {
            Environment.CurrentDirectory = folder;
            foreach (var command in commands)
            {
                using var output = new StringWriter { NewLine = "\n" };
                var exitCode = LabCommand.Run(command.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, output, clock: StoppedClock.Instance);
                output.GetStringBuilder().Replace(RootCommand.ExecutableName, "lab"); // The help names the process.
                text.Append($"{(text.Length == 0 ? "" : "\n")}$ lab {command}\n{output}[exit status {exitCode}]\n");
            }
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        return text.ToString();
    }
}
