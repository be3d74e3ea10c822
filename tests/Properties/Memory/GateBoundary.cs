using Lab.Core.Observing;
using NUnit.Framework;

namespace Lab.Properties.Memory;

/// <summary>
/// Races without threads: what another thread can do between two critical sections is done there, at every boundary of a gate in turn.
/// A gate just entered stands for "just before it": nothing has been done under it yet, and the thread may enter it again.
/// </summary>
internal static class GateBoundary
{
    /// <summary>Runs <c>First</c> again and again on fresh state, with <c>Second</c> in the middle of it: at its first boundary, its second, and so on to the last.</summary>
    internal static void Each(Func<(Action First, Action Second, Action Check)> fresh)
    {
        for (var at = 0; ; at++)
        {
            var (first, second, check) = fresh();
            if (!At(at, first, second))
            {
                Assert.That(at, Is.GreaterThanOrEqualTo(2), "there was a gate to enter and to leave");
                return;
            }

            check();
        }
    }

    /// <summary>Runs <paramref name="first"/> with <paramref name="second"/> at one of its boundaries. False: it has not so many; the second did not run.</summary>
    internal static bool At(int boundary, Action first, Action second)
    {
        var before = Instrumentation.Current;
        var intruder = new Intruder(boundary, second);
        Instrumentation.Current = intruder;
        try
        {
            first();
        }
        finally
        {
            Instrumentation.Current = before;
        }

        return intruder.HasActed;
    }

    private sealed class Intruder(int at, Action act) : IObserver
    {
        private int _boundaries;

        internal bool HasActed { get; private set; }

        public void On(EventKind kind, TracedObject? target, long a, long b)
        {
            if (kind is EventKind.GateEntered or EventKind.GateExited && _boundaries++ == at)
            {
                HasActed = true;
                Instrumentation.Current = null;
                act();
            }
        }

        public void Created(TracedObject target)
        {
        }

        public void Note(string text)
        {
        }
    }
}
