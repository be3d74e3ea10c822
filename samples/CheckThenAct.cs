using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;

namespace Lab.Samples;

/// <summary>
/// The booking service asks whether a seat is free and then takes it; the question and the answer are one line apart. When two people book the last
/// seat of the same flight, both are told "yes" before either has taken it, and both get a boarding card for 14C. Every single line is right, and
/// no unit test of the service fails; the gate agent finds the bug. Check and act must be one step.
/// </summary>
public static class CheckThenAct
{
    [Scenario("check-then-act", ExpectedVerdict = "assertion-failed", Description = "one seat is sold twice")]
    public static Task Buggy(Cx cx) => BookLastSeat(static flight => flight.TryBookAsync, cx);

    [Scenario("check-then-act-fixed", Description = "check and act are one step")]
    public static Task Fixed(Cx cx) => BookLastSeat(static flight => flight.TryBookInOneStepAsync, cx);

    private static Task BookLastSeat(Func<Flight, Func<Cx, Task<bool>>> booking, Cx cx) => cx.ScopeAsync(async scope =>
    {
        var flight = new Flight(freeSeats: 1);
        var ann = scope.Spawn(booking(flight));
        var bob = scope.Spawn(booking(flight));
        var (annFlies, bobFlies) = (await ann.JoinAsync(cx), await bob.JoinAsync(cx));
        Check.That(annFlies ^ bobFlies, $"one seat was free; Ann was told {annFlies}, and Bob was told {bobFlies}");
    });

    private sealed class Flight(int freeSeats)
    {
        private readonly Shared<int> _freeSeats = new(freeSeats);
        private readonly AsyncMutex _mutex = new();

        internal async Task<bool> TryBookAsync(Cx cx)
        {
            if (await _freeSeats.ReadAsync(cx) == 0)
            {
                return false;
            }

            await _freeSeats.WriteAsync(await _freeSeats.ReadAsync(cx) - 1, cx);
            return true;
        }

        internal async Task<bool> TryBookInOneStepAsync(Cx cx)
        {
            using (await _mutex.LockAsync(cx))
            {
                return await TryBookAsync(cx);
            }
        }
    }
}
