using System.CommandLine;
using System.Globalization;
using Lab.Execution;

namespace Lab.Cli;

/// <summary>
/// Who may run next, when the clock may move and how long an execution may be, where the user asks for another than the scenario does. A trace holds what
/// it was recorded with, so whoever replays it asks for nothing.
/// </summary>
internal sealed class AskedOptions
{
    private readonly Option<string?> _dispatch = new("--dispatch")
    {
        Description = "Who may run next: explored (any enabled task), or work-stealing[:n] (as on n native workers, 2 unless said).",
        HelpName = "d",
    };

    private readonly Option<string?> _time = new("--time-model")
    {
        Description = "When virtual time may move: lag[:10ms] (while no ready task is held back for longer), when-idle (nothing is ready), or free.",
        HelpName = "m",
    };

    private readonly Option<string?> _steps = new("--step-limit") { Description = "Steps after which an execution ends with step-limit.", HelpName = "n" };

    private IEnumerable<Option<string?>> All => [_dispatch, _time, _steps];

    internal void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The options of a scenario, changed as the user asks.</summary>
    internal Func<LabOptions, LabOptions> Read(ParseResult parsed)
    {
        var (dispatch, time, steps) = (parsed.GetValue(_dispatch), parsed.GetValue(_time), parsed.GetValue(_steps));
        var changes = new List<Func<LabOptions, LabOptions>>();
        if (dispatch is not null)
        {
            changes.Add(Dispatch(dispatch));
        }

        if (time is not null)
        {
            changes.Add(Time(time));
        }

        if (steps is not null)
        {
            var limit = OptionValues.Steps(steps);
            changes.Add(options => options with { StepLimit = limit });
        }

        return options => changes.Aggregate(options, static (changed, change) => change(changed));
    }

    /// <summary>What was asked, as it is asked again: with a space before each option.</summary>
    internal string Again(ParseResult parsed) =>
        string.Concat(All.Select(option => parsed.GetValue(option) is { } value ? $" {option.Name} {Shell.Quoted(value)}" : ""));

    private static Func<LabOptions, LabOptions> Dispatch(string text) => text.Split(':') switch
    {
        ["explored"] => static options => options with { Dispatch = DispatchKind.Explored },
        ["work-stealing"] => static options => options with { Dispatch = DispatchKind.WorkStealing },
        ["work-stealing", var n] when int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers is > 0 and <= LabOptions.MaxWorkers =>
            options => options with { Dispatch = DispatchKind.WorkStealing, Workers = workers },
        _ => throw new InputException($"--dispatch '{text}' is none: write explored, work-stealing, or work-stealing:4 for four workers (1 to {LabOptions.MaxWorkers})."),
    };

    private static Func<LabOptions, LabOptions> Time(string text) => text.Split(':') switch
    {
        ["lag"] => static options => options with { Time = TimeModel.Lag },
        ["lag", var t] when OptionValues.TryTime(t, out var lag) => options => options with { Time = TimeModel.Lag, Lag = lag },
        ["when-idle"] => static options => options with { Time = TimeModel.WhenIdle },
        ["free"] => static options => options with { Time = TimeModel.Free },
        _ => throw new InputException($"--time-model '{text}' is none: write when-idle, free, lag, or lag:50ms for another lag (a number and a unit: ms, s, m, h)."),
    };
}
