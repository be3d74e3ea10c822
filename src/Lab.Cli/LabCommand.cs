using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Lab.Execution;
using Lab.Traces;

namespace Lab.Cli;

/// <summary>The <c>lab</c> command: parses, runs one subcommand, and turns what went wrong into an exit status.</summary>
internal static class LabCommand
{
    /// <summary>Runs one command line and returns its exit status; never throws.</summary>
    /// <param name="args">As the shell gives them, without the program's name.</param>
    /// <param name="output">Gets the result.</param>
    /// <param name="error">Gets one line when the input cannot be used, or when the fault is ours.</param>
    /// <param name="isTerminal">A person watches <paramref name="output"/>.</param>
    /// <param name="stop">Ends long work early, with a report of what there is by then; null: nobody does.</param>
    /// <param name="clock">What the time that work took is measured by; null for the system's.</param>
    internal static int Run(string[] args, TextWriter output, TextWriter error, bool isTerminal = false, StopRequest? stop = null, TimeProvider? clock = null)
    {
        var target = new CommandOutput(output, args.Contains("--json"), isTerminal, stop ?? new StopRequest(), clock ?? TimeProvider.System);
        try
        {
            return Invoke(Root(target), args, output, error, target);
        }
        catch (InputException e)
        {
            return Fail(target, error, e.Message, ExitCode.Unusable);
        }
        catch (LabInstrumentationException e)
        {
            return Fail(target, error, e.Message, ExitCode.Unusable);
        }
        catch (Exception e)
        {
            return Fail(target, error, $"[lab bug] {e.GetType().Name}: {e.Message} {Where(e)}; to reproduce: {Line(args)}", ExitCode.Bug);
        }
    }

    /// <summary>The process ends while <see cref="Run"/> is running: says so, and returns the exit status.</summary>
    internal static int WasEnded(string[] args, TextWriter output, TextWriter error)
    {
        var target = new CommandOutput(output, args.Contains("--json"), isTerminal: false, new StopRequest(), TimeProvider.System);
        const string What = "the program ended the process (Environment.Exit), so that nothing is known of it: let it return or throw";
        var exitCode = Fail(target, error, $"{What}; to reproduce: {Line(args)}", ExitCode.Ended);
        output.Flush();
        return exitCode;
    }

    private static string Line(string[] args) => $"lab {string.Join(' ', args.Select(Shell.Quoted))}";

    private static int Fail(CommandOutput target, TextWriter error, string message, int exitCode)
    {
        var line = OneLine(message);
        error.Write($"lab: {line}\n");
        target.Error(line, exitCode);
        return exitCode;
    }

    private static int Invoke(RootCommand root, string[] args, TextWriter output, TextWriter error, CommandOutput target)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            var what = command.Length > 0 ? parsed.Errors[0].Message.TrimEnd('.')
                : parsed.UnmatchedTokens is [var word, ..] ? $"'{word}' is not a command" : "say which command";
            throw new InputException($"{what}; `lab{command} --help` shows what there is.");
        }

        if (target.IsJson && parsed.Action is HelpAction)
        {
            throw new InputException("--help is text for people: ask for it without --json.");
        }

        if (target.IsJson && parsed.CommandResult.Command is RootCommand)
        {
            throw new InputException("--json belongs to a command, for example `lab list --json`.");
        }

        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
    }

    private static RootCommand Root(CommandOutput output)
    {
        var root = new RootCommand(
            "Finds failing interleavings of concurrent programs, replays them exactly, and explains them.\n\n"
            + "Exit status: 0 nothing found, reproduced, no difference; 1 failure found, another verdict, traces differ; "
            + "2 unusable input, or nowhere to write; 3 replay diverged or nondeterministic program; 4 a fault of lab itself; "
            + "5 the program ended the process; 130 (Ctrl-C), 143 (SIGTERM) stopped before the end, and nothing found so far.");
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpAction { MaxWidth = WrappedText.Columns };
        }

        root.Options.Add(new Option<bool>("--json") { Description = "Write one JSON object to standard output, and nothing else.", Recursive = true });
        root.Subcommands.Add(ListCommand.Create(output));
        root.Subcommands.Add(ExploreCommand.Create(output));
        root.Subcommands.Add(MergeCommand.Create(output));
        root.Subcommands.Add(ReplayCommand.Create(output));
        root.Subcommands.Add(ShrinkCommand.Create(output));
        root.Subcommands.Add(ShowCommand.Create(output));
        root.Subcommands.Add(DiffCommand.Create(output));
        return root;
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    // The innermost frame: enough to find the place, and no folder of any machine.
    private static string Where(Exception e) => new System.Diagnostics.StackTrace(e).GetFrame(0)?.GetMethod() is { } method ? $"in {method.DeclaringType?.Name}.{method.Name}" : "";
}
