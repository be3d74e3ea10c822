using System.CommandLine;
using Lab.Traces;

namespace Lab.Cli;

/// <summary>Trace files as arguments.</summary>
internal static class TraceInput
{
    internal static Argument<string> Argument(string name, string description) => new(name) { Description = description, HelpName = name };

    internal static Trace Load(string path)
    {
        try
        {
            return TraceFile.Load(path);
        }
        catch (TraceFormatException e)
        {
            throw new InputException(e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"there is no file {path}: `lab explore` writes traces and says where.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(Directory.Exists(path) ? $"{path} is a folder: name a .trace file in it." : $"{path} cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }
}
