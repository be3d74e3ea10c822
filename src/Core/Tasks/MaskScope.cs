using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>Cancellation stays invisible to its task until this is disposed. Disposing restores the depth that was in force before; twice is harmless.</summary>
public readonly struct MaskScope : IDisposable
{
    /// <summary>Masks that may be nested.</summary>
    public const int MaxDepth = 64;

    private readonly RuntimeTask? _task;
    private readonly int _before;

    internal MaskScope(RuntimeTask task, int limit = MaxDepth)
    {
        if (task.MaskDepth >= limit)
        {
            throw new InvalidOperationException($"More than {MaxDepth} masks are nested; dispose each mask before taking the next.");
        }

        _task = task;
        _before = task.MaskDepth;
        task.MaskDepth = _before + 1;
    }

    /// <summary>Ends the mask, and those taken inside it; a second call does nothing.</summary>
    public void Dispose()
    {
        if (_task is { } task && task.MaskDepth > _before)
        {
            task.MaskDepth = _before;
        }
    }
}
