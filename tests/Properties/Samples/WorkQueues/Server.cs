using Lab.Core.Tasks;
using Lab.Samples.Queueing;
using Lab.Sharing;

namespace Lab.Properties.Samples.WorkQueues;

/// <summary>What the handler talks to: answers as the test says, and counts what it was made to do.</summary>
/// <param name="answer">How long the answer to attempt n of a job takes, counted from 1 over all starts; null: an error, at once.</param>
internal sealed class Server(Func<string, int, TimeSpan?> answer) : IJobHandler
{
    private readonly Dictionary<string, Shared<int>> _effects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);

    /// <summary>When each attempt began, and how it ended.</summary>
    internal List<(string Job, DateTimeOffset At, string What)> Log { get; } = [];

    internal int Effects(string job) => _effects.TryGetValue(job, out var effects) ? effects.Peek() : 0;

    /// <inheritdoc/>
    public async Task HandleAsync(Job job, Cx cx, CancellationToken attempt)
    {
        Log.Add((job.Id, cx.Clock.GetUtcNow(), "asked"));
        Must.Hold(_running.Add(job.Id), $"two attempts of {job.Id} ran at once");
        try
        {
            var number = _asked[job.Id] = _asked.GetValueOrDefault(job.Id) + 1;
            var latency = answer(job.Id, number) ?? throw new IOException("503");
            await Task.Delay(latency, cx.Clock, attempt);
            var effects = _effects.TryGetValue(job.Id, out var known) ? known : _effects[job.Id] = new Shared<int>();
            await effects.WriteAsync(await effects.ReadAsync(cx) + 1, cx);
            Log.Add((job.Id, cx.Clock.GetUtcNow(), "done"));
        }
        catch (Exception e)
        {
            Log.Add((job.Id, cx.Clock.GetUtcNow(), e is OperationCanceledException ? "given up" : "failed"));
            throw;
        }
        finally
        {
            _running.Remove(job.Id);
        }
    }
}
