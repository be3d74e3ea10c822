using Lab.Core.Tasks;

namespace Lab.Samples.Queueing;

/// <summary>
/// The jobs of the demonstration: telling other people's servers that something happened. A payload is <c>host latency-in-ms answer...</c>, one answer
/// per attempt, the last for all that follow; it stands for the network.
/// </summary>
public sealed class Webhooks : IJobHandler
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task HandleAsync(Job job, Cx cx, CancellationToken attempt)
    {
        var words = job.Payload.Split(' ');
        var answers = words[2..];
        var answer = answers[Math.Min(_asked.AddOrUpdate(job.Id, 0, static (_, n) => n + 1), answers.Length - 1)];
        await Task.Delay(answer == "silence" ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(int.Parse(words[1])), cx.Clock, attempt);
        if (answer != "200")
        {
            throw new HttpRequestException($"HTTP {answer}");
        }
    }
}
