using System.Globalization;

namespace Lab.Generators;

/// <summary>One step of a generated program.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Target">Which channel, notify, semaphore, mutex, variable or task, modulo how many there are.</param>
/// <param name="Amount">Milliseconds for delays and limits, the bound of a draw.</param>
/// <param name="Body">What runs inside; empty for steps without a body.</param>
public sealed record ProgramStep(ProgramAction Action, int Target, int Amount, IReadOnlyList<ProgramStep> Body)
{
    internal static bool HasBody(ProgramAction action) => action is ProgramAction.ReserveSend or ProgramAction.ReserveAbort or ProgramAction.Acquire
        or ProgramAction.Lock or ProgramAction.Spawn or ProgramAction.Scope or ProgramAction.Timeout or ProgramAction.Race or ProgramAction.Mask;

    internal static bool HasAmount(ProgramAction action) =>
        action is ProgramAction.Delay or ProgramAction.Draw or ProgramAction.Timeout or ProgramAction.Race;

    /// <summary>One line: <c>reserve-send 1 { yield; delay 3 }</c>.</summary>
    public override string ToString()
    {
        var text = string.Concat(Action.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
        if (HasTarget)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" {Target}");
        }

        if (HasAmount(Action))
        {
            text += string.Create(CultureInfo.InvariantCulture, $" {Amount}");
        }

        return HasBody(Action) ? $"{text} {{ {string.Join("; ", Body)} }}" : text;
    }

    private bool HasTarget => Action is not (ProgramAction.Yield or ProgramAction.Delay or ProgramAction.Checkpoint or ProgramAction.Draw
        or ProgramAction.Spawn or ProgramAction.Scope or ProgramAction.Timeout or ProgramAction.Race or ProgramAction.Mask);
}
