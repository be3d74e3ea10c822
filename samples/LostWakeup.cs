using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;

namespace Lab.Samples;

/// <summary>
/// Requests that arrive during start-up wait for the configuration in a hand-written async event: look whether it is set, and stand in line. When the
/// configuration arrives between the look and the line, the broadcast finds nobody, and the request waits for an event that has already happened. One
/// pod in a thousand never answers its first request, and a restart "fixes" it. The cure is the oldest rule of waiting: first stand in line, then look.
/// </summary>
public static class LostWakeup
{
    [Scenario("lost-wakeup", ExpectedVerdict = "deadlock", Description = "looks first, and stands in line too late")]
    public static Task Buggy(Cx cx)
    {
        var ready = new AsyncEvent();
        return StartUp(ready, ready.LookThenStandInLineAsync, cx);
    }

    [Scenario("lost-wakeup-fixed", Description = "stands in line first, then looks")]
    public static Task Fixed(Cx cx)
    {
        var ready = new AsyncEvent();
        return StartUp(ready, ready.StandInLineThenLookAsync, cx);
    }

    private static Task StartUp(AsyncEvent configured, Func<Cx, Task> waitUntilConfigured, Cx cx) => cx.ScopeAsync(scope =>
    {
        scope.Spawn(waitUntilConfigured, name: "GET /health");
        scope.Spawn(waitUntilConfigured, name: "GET /orders");
        scope.Spawn(configured.SetAsync, name: "configuration loader");
        return Task.CompletedTask;
    });

    private sealed class AsyncEvent
    {
        private readonly Shared<bool> _isSet = new(false);
        private readonly Notify _changed = new();

        internal async Task SetAsync(Cx cx)
        {
            await _isSet.WriteAsync(true, cx);
            _changed.NotifyWaiters();
        }

        internal async Task LookThenStandInLineAsync(Cx cx)
        {
            if (!await _isSet.ReadAsync(cx))
            {
                await _changed.WaitAsync(cx);
            }
        }

        internal async Task StandInLineThenLookAsync(Cx cx)
        {
            var change = _changed.WaitAsync(cx); // The wait begins at this call, not at its await.
            if (!await _isSet.ReadAsync(cx))
            {
                await change;
            }
        }
    }
}
