using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;

namespace Lab.Samples;

/// <summary>
/// Thumbnails wait in a hand-written buffer between the upload handlers and the resizers: a mutex, a queue, and one notification for "something
/// changed". With one of each side it is right. Marketing sends a mailing, a second resizer is started, and every few hours the pipeline stands
/// still with an empty buffer: a resizer took a picture and woke the other resizer, which had nothing to do, instead of the upload that waited for
/// the free place. Each side needs a condition of its own.
/// </summary>
public static class BoundedBufferWrongWake
{
    [Scenario("bounded-buffer", ExpectedVerdict = "deadlock", Description = "one condition for both sides wakes the wrong one")]
    public static Task Buggy(Cx cx)
    {
        var somethingChanged = new Notify();
        return UploadAndResize(new Buffer(hasItem: somethingChanged, hasRoom: somethingChanged), cx);
    }

    [Scenario("bounded-buffer-fixed", Description = "a condition for each side")]
    public static Task Fixed(Cx cx) => UploadAndResize(new Buffer(hasItem: new Notify(), hasRoom: new Notify()), cx);

    private static Task UploadAndResize(Buffer buffer, Cx cx) => cx.ScopeAsync(scope =>
    {
        scope.Spawn(c => buffer.PutAsync("cat.jpg", c), name: "upload cat");
        scope.Spawn(c => buffer.PutAsync("dog.jpg", c), name: "upload dog");
        scope.Spawn(c => buffer.TakeAsync(c), name: "resizer 1");
        scope.Spawn(c => buffer.TakeAsync(c), name: "resizer 2");
        return Task.CompletedTask;
    });

    /// <summary>Room for one picture.</summary>
    private sealed class Buffer(Notify hasItem, Notify hasRoom)
    {
        private readonly AsyncMutex _mutex = new();
        private string? _item;

        internal async Task PutAsync(string item, Cx cx)
        {
            while (true)
            {
                ValueTask room;
                using (await _mutex.LockAsync(cx))
                {
                    if (_item is null)
                    {
                        _item = item;
                        hasItem.NotifyOne();
                        return;
                    }

                    room = hasRoom.WaitAsync(cx); // Stands in line before it lets go of the mutex.
                }

                await room;
            }
        }

        internal async Task<string> TakeAsync(Cx cx)
        {
            while (true)
            {
                ValueTask arrival;
                using (await _mutex.LockAsync(cx))
                {
                    if (_item is { } item)
                    {
                        _item = null;
                        hasRoom.NotifyOne();
                        return item;
                    }

                    arrival = hasItem.WaitAsync(cx);
                }

                await arrival;
            }
        }
    }
}
