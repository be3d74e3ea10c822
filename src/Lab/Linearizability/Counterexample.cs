using System.Text;

namespace Lab.Linearizability;

/// <summary>A history that cannot be explained, for people: the table, how far the model follows, and what it has instead.</summary>
internal sealed class Counterexample<TState>(
    IReadOnlyList<RecordedCall> history, List<RecordedCall> part, Points<TState> points, Search<TState> search, bool? isConsistent)
{
    private const int Width = HistoryTable.Width;
    private const int MaxAnswers = 4;

    private readonly StringBuilder _text = new();

    // Every call that came back is explained, and it fails for what still waits.
    private bool IsLostWakeup => points.All.All(point => !point.IsRequired || search.Longest.Any(step => ReferenceEquals(step.Point, point)));

    internal string Text()
    {
        Line(IsLostWakeup
            ? "not linearizable: a call waits for ever that the model lets go on"
            : "not linearizable: no order of the calls explains their answers");
        _text.Append('\n').Append(HistoryTable.Of(part)).Append('\n');
        if (part.Count < history.Count)
        {
            Line($"(the {part.Count} calls of one part, of {history.Count})");
        }

        AppendOrder();
        AppendInstead();
        if (isConsistent == true && !IsLostWakeup)
        {
            Line("It is sequentially consistent: each task's own order can be kept, but not the");
            Line("order of calls that do not overlap.");
        }

        return _text.ToString().TrimEnd('\n');
    }

    private void AppendOrder()
    {
        if (search.Longest.Count == 0)
        {
            Line($"The model begins in {search.LongestState}, and has there:");
            return;
        }

        Line(IsLostWakeup ? "An order that the model follows:" : "The longest order that the model follows:");
        foreach (var (point, answer) in search.Longest)
        {
            Line($"  {Who(point.Of)}{What(point, answer)}");
        }

        Line($"It leads to {search.LongestState}, and there the model has:");
    }

    private void AppendInstead()
    {
        if (IsLostWakeup)
        {
            foreach (var (call, steps) in points.Waiting)
            {
                var allowed = steps(search.LongestState);
                Line($"  {Who(call)}{call.Call} waits; the model: {(allowed.IsBlocked ? "it waits" : Answers(allowed))}");
            }

            return;
        }

        foreach (var point in search.CandidatesAfter(search.LongestDone).Where(static point => point.IsRequired))
        {
            Line($"  {Who(point.Of)}{What(point, point.Seen ?? Answer.Done)}; the model: {Answers(point.Steps(search.LongestState), point.Seen)}");
        }
    }

    private static string What(Point<TState> point, Answer answer) => point.Phase switch
    {
        Phase.Request => $"{point.Of.Call} gets in line",
        Phase.Cancel => $"{point.Of.Call} leaves the line",
        _ => $"{point.Of.Call} -> {answer}",
    };

    private static string Answers(Steps<TState> steps, Answer? seen = null)
    {
        if (steps.IsBlocked)
        {
            return "it waits";
        }

        var all = Enumerable.Range(0, steps.Count).Select(steps.AnswerOf).Distinct().ToList();
        var texts = all.Take(MaxAnswers).Select(answer => $"-> {TextOf(answer, seen)}").Append(all.Count > MaxAnswers ? "..." : "");
        return string.Join(" or ", texts.Where(static text => text.Length > 0));
    }

    // 1 and 1L are not equal, and look it.
    private static string TextOf(Answer answer, Answer? seen) =>
        seen is { } other && answer != other && answer.ToString() == other.ToString()
            ? $"{answer} ({answer.Kind}, {answer.Value?.GetType().Name}; seen: {other.Kind}, {other.Value?.GetType().Name})"
            : answer.ToString();

    private static string Who(RecordedCall call) => HistoryTable.NameOf(call.Task).PadRight(7);

    private void Line(string line) => _text.Append(line.Length <= Width ? line : line[..(Width - 3)] + "...").Append('\n');
}
