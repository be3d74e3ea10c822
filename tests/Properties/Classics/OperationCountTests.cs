using Lab.Classics;
using Lab.Strategies;
using NUnit.Framework;
using static Lab.Properties.Classics.OperationMachine;

namespace Lab.Properties.Classics;

/// <summary>Programs too irregular to be counted by a formula, written a second time as plain operations and counted without the lab.</summary>
[TestFixture]
internal sealed class OperationCountTests
{
    [TestCase(2, 1, 162, 8)]
    public void Reorder(int setters, int checkers, long all, long failing) => Compare(
        CountedPrograms.Reorder(setters, checkers),
        () =>
        {
            var (a, b) = (0, 0);
            IEnumerable<Func<bool>> Set()
            {
                yield return Always;
                a = 1;
                yield return Always;
                b = -1;
            }

            IEnumerable<Func<bool>> Check()
            {
                yield return Always;
                if (a == 0)
                {
                    yield return Always;
                    if (b == 0)
                    {
                        yield break;
                    }
                }

                yield return Always;
                if (a == 1)
                {
                    yield return Always;
                    if (b == -1)
                    {
                        yield break;
                    }
                }

                throw new FailureException();
            }

            return [.. Enumerable.Range(0, setters).Select(_ => Set()), .. Enumerable.Range(0, checkers).Select(_ => Check())];
        },
        all,
        failing);

    [Test]
    public void Driver_stop() => Compare(
        CountedPrograms.DriverStop,
        () =>
        {
            var m = new Door();
            var pending = 1;
            var (stopFlag, stopEvent, stopped) = (false, false, false);
            IEnumerable<Func<bool>> Leave()
            {
                yield return m.IsFree;
                m.IsHeld = true;
                var left = --pending;
                yield return Always;
                m.IsHeld = false;
                if (left == 0)
                {
                    yield return Always;
                    stopEvent = true;
                }
            }

            IEnumerable<Func<bool>> Stop()
            {
                yield return Always;
                stopFlag = true;
                foreach (var operation in Leave())
                {
                    yield return operation;
                }

                yield return Always;
                if (stopEvent)
                {
                    yield return Always;
                    stopped = true;
                }
            }

            IEnumerable<Func<bool>> Use()
            {
                yield return Always;
                if (!stopFlag)
                {
                    yield return m.IsFree;
                    m.IsHeld = true;
                    pending++;
                    yield return Always;
                    m.IsHeld = false;
                    yield return Always;
                    if (stopped)
                    {
                        throw new FailureException();
                    }
                }

                foreach (var operation in Leave())
                {
                    yield return operation;
                }
            }

            return [Stop(), Use()];
        },
        177,
        10);

    [Test]
    public void Two_stage() => Compare(
        CountedPrograms.TwoStage(2, 1),
        () =>
        {
            var (l1, l2) = (new Door(), new Door());
            var (d1, d2) = (0, 0);
            IEnumerable<Func<bool>> Write()
            {
                yield return l1.IsFree;
                (l1.IsHeld, d1) = (true, 1);
                yield return Always;
                l1.IsHeld = false;
                yield return l2.IsFree;
                l2.IsHeld = true;
                yield return Always;
                d2 = d1 + 1;
                yield return Always;
                l2.IsHeld = false;
            }

            IEnumerable<Func<bool>> Read()
            {
                yield return l1.IsFree;
                l1.IsHeld = true;
                var t1 = d1;
                yield return Always;
                l1.IsHeld = false;
                if (t1 == 0)
                {
                    yield break;
                }

                yield return l2.IsFree;
                l2.IsHeld = true;
                var t2 = d2;
                yield return Always;
                l2.IsHeld = false;
                if (t2 != t1 + 1)
                {
                    throw new FailureException();
                }
            }

            return [Write(), Write(), Read()];
        });

    private static void Compare(Classic classic, Func<IEnumerable<Func<bool>>[]> program, long? all = null, long? failing = null)
    {
        var counted = Count(program);
        if (all is not null)
        {
            Assert.That(counted, Is.EqualTo((all, failing)), "without the lab");
        }

        Assert.That(InterleavingCounts.Of(classic, new DepthFirst()), Is.EqualTo(counted), "in the lab");
    }
}
