namespace Lab.Generators;

/// <summary>What one task of a generated program did. Written by that task alone, read when all have ended.</summary>
internal sealed class ProgramLog(int task, int channels)
{
    private readonly int[] _next = new int[channels];

    internal int Task { get; } = task;

    /// <summary>Per channel, what this task sent for sure, in its order.</summary>
    internal List<ProgramMessage>[] Sent { get; } = [.. Enumerable.Range(0, channels).Select(static _ => new List<ProgramMessage>())];

    /// <summary>Per channel, what this task received, in its order.</summary>
    internal List<ProgramMessage>[] Received { get; } = [.. Enumerable.Range(0, channels).Select(static _ => new List<ProgramMessage>())];

    /// <summary>Increments of each shared variable that succeeded.</summary>
    internal int Increments { get; set; }

    internal ProgramMessage NewMessage(int channel) => new(Task, _next[channel]++);
}
