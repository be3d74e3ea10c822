using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Lab.Samples.Queueing;

/// <summary>How often and how long one job is tried: Polly's retry with back-off around Polly's timeout, both on the runtime's clock.</summary>
internal sealed class Attempts
{
    private readonly ResiliencePipeline _pipeline;

    /// <param name="failed">Told of each failed attempt that is not the last: its number and why.</param>
    internal Attempts(QueueOptions options, TimeProvider clock, Action<int, string> failed)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (options.Attempts > 1)
        {
            // Without jitter: Polly draws it from a generator of its own, which no replay would repeat.
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = options.Backoff,
                OnRetry = retry =>
                {
                    failed(retry.AttemptNumber + 1, $"{Why(retry.Outcome.Exception!)}, next try in {retry.RetryDelay.TotalMilliseconds:0} ms");
                    return default;
                },
            });
        }

        _pipeline = builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout }).Build();
    }

    /// <summary>Calls <paramref name="attempt"/> until it succeeds.</summary>
    /// <exception cref="Exception">What the last attempt threw; <see cref="TimeoutRejectedException"/> if that ran out of time.</exception>
    internal async Task RunAsync(Func<int, CancellationToken, Task> attempt, CancellationToken stop)
    {
        // Polly's continuations stay with the task that waits for them: on the BCL's pool a Cx cannot be used.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, stop);
        var made = 0;
        try
        {
            await _pipeline.ExecuteAsync(async c => await attempt(++made, c.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    internal static string Why(Exception error) => error is TimeoutRejectedException ? "no answer in time" : error.Message;
}
