namespace Lab.Shrinking;

/// <summary>What is asked at a decision.</summary>
internal enum Question : byte
{
    /// <summary>Who goes on.</summary>
    Choice,

    /// <summary>A number for the program.</summary>
    Draw,

    /// <summary>Virtual workers: which one steps, or is stolen from.</summary>
    Pick,
}

/// <summary>
/// A decision by its place in the program: a choice is named by the step that came before it (the <paramref name="Ordinal"/>th of a task or of the
/// clock), so that it is still meant when another task's steps are moved. Draws and picks are only counted.
/// </summary>
internal readonly record struct Moment(Question Kind, ulong Task, long Ordinal);
