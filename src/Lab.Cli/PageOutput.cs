using System.CommandLine;
using System.Text;

namespace Lab.Cli;

/// <summary>Pages and other files that a command writes because it was asked to.</summary>
internal static class PageOutput
{
    internal static Option<string?> Option(string description) => new("--html") { Description = description, HelpName = "out" };

    internal static Option<string> SourceOption() => new("--source")
    {
        Description = "The folder in which the page's source lines are looked for.", HelpName = "dir", DefaultValueFactory = _ => ".",
    };

    internal static void Write(CommandOutput output, string path, string content)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            File.WriteAllText(path, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path} cannot be written ({e.Message.TrimEnd('.')}): name another file.");
        }

        output.Text($"written: {path}\n");
    }
}
