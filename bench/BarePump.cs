using Lab.Seeds;

namespace Lab.Bench;

/// <summary>The baseline: a single-threaded synchronization context that picks a random ready continuation. It records nothing and knows nothing.</summary>
internal sealed class BarePump : SynchronizationContext
{
    private (SendOrPostCallback Callback, object? State)[] _ready = new (SendOrPostCallback, object?)[16];
    private int _count;
    private Prng _prng = new(new Seed(1));

    internal long Steps { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_count == _ready.Length)
        {
            Array.Resize(ref _ready, _count * 2);
        }

        _ready[_count++] = (d, state);
    }

    internal void Run()
    {
        while (_count > 0)
        {
            var index = _prng.Next(_count);
            var (callback, state) = _ready[index];
            _ready[index] = _ready[--_count];
            Steps++;
            callback(state);
        }
    }

    /// <summary>n tasks that yield k times each; the number of steps.</summary>
    internal static long Yields(int tasks, int rounds)
    {
        var pump = new BarePump();
        var before = Current;
        SetSynchronizationContext(pump);
        for (var i = 0; i < tasks; i++)
        {
            _ = Go(rounds);
        }

        pump.Run();
        SetSynchronizationContext(before);
        return pump.Steps;

        static async Task Go(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                await Task.Yield();
            }
        }
    }
}
