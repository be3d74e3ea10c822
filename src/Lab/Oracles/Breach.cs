namespace Lab.Oracles;

/// <summary>The first rule that an execution broke; later ones follow from it and are dropped.</summary>
internal sealed class Breach(Alarm alarm)
{
    internal Verdict? First { get; private set; }

    internal void Clear() => First = null;

    internal void Report(VerdictKind kind, string text)
    {
        First ??= new Verdict(kind, text);
        alarm.Raise();
    }
}
