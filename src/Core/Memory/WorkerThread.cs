using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>A background thread that the core owns; the only way it gets one.</summary>
internal sealed class WorkerThread
{
    private readonly Thread _thread;

    internal WorkerThread(string name, Action body) => _thread = new Thread(new ThreadStart(body)) { IsBackground = true, Name = name };

    internal bool IsCurrent => ReferenceEquals(Thread.CurrentThread, _thread);

    /// <summary>The calling thread has stack for more than one call into user code.</summary>
    internal static bool HasStack => RuntimeHelpers.TryEnsureSufficientExecutionStack();

    /// <exception cref="PlatformNotSupportedException">The platform has one thread (browser).</exception>
    internal void Start()
    {
        if (OperatingSystem.IsBrowser())
        {
            throw new PlatformNotSupportedException("The browser has one thread: the native runtime needs its own.");
        }

        // Not the starter's execution context: a worker runs tasks of everybody.
        _thread.UnsafeStart();
    }

    /// <summary>Waits until the body has returned, at most for <paramref name="patience"/>. True: it has.</summary>
    internal bool Join(TimeSpan patience) => _thread.Join(patience);

    /// <summary>Real time in nanoseconds since some moment: what a thread takes for its own work, not what tasks know as time.</summary>
    internal static long Nanoseconds => TimeProvider.System.GetElapsedTime(0).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>One short round of busy waiting; for loops that expect an answer within microseconds.</summary>
    internal static void SpinBriefly() => Thread.SpinWait(20);

    /// <summary>Gives the processor to a thread that is ready to run on it; at once if there is none.</summary>
    internal static void LetOthersRun() => Thread.Yield();
}
