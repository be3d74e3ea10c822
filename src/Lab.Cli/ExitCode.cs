namespace Lab.Cli;

/// <summary>What the command's exit status says.</summary>
internal static class ExitCode
{
    /// <summary>Nothing found; the replay reproduced exactly; no difference.</summary>
    internal const int Fine = 0;

    /// <summary>A failure was found; the replay gave another verdict; the traces differ.</summary>
    internal const int Found = 1;

    /// <summary>The input cannot be used; one line on standard error says what and how to mend it.</summary>
    internal const int Unusable = 2;

    /// <summary>The replay diverged, or the program is nondeterministic.</summary>
    internal const int Diverged = 3;

    /// <summary>A fault of our own.</summary>
    internal const int Bug = 4;

    /// <summary>The program under exploration ended the process, and with it this command: nothing could be reported.</summary>
    internal const int Ended = 5;

    /// <summary>Ctrl-C came before the end, and nothing had been found: as a shell says it, 128 + 2.</summary>
    internal const int Interrupted = 130;

    /// <summary>SIGTERM came before the end, and nothing had been found: as a shell says it, 128 + 15.</summary>
    internal const int Terminated = 143;
}
