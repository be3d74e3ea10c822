using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>Two tasks wake each other on real threads. Once one of them is kept a stranger wakes and cancels them, at any moment.</summary>
[TestFixture, NonParallelizable]
public sealed class KeptTaskStressTests
{
    private const int Rounds = 20;
    private const int Strangers = 8;

    [Test]
    public void Every_wake_is_one_step_and_no_two_steps_of_a_task_overlap([Values(2, 4)] int workers, [Values] bool cancels)
    {
        using var bed = new NativeBed(workers);
        var chance = new Random(7);
        for (var round = 0; round < Rounds; round++)
        {
            var (isKept, goesOn) = (false, true);
            int steps = 0, resumes = 0, overlaps = 0;
            var pair = new ScriptedTask[2];
            var inside = new int[2];
            for (var i = 0; i < 2; i++)
            {
                var me = i;
                pair[me] = bed.Task("t", self =>
                {
                    if (Interlocked.Exchange(ref inside[me], 1) != 0)
                    {
                        Interlocked.Increment(ref overlaps);
                    }

                    if (self.Wake.IsKept)
                    {
                        Volatile.Write(ref isKept, true);
                    }

                    if (self.Polls > 1 && Volatile.Read(ref goesOn))
                    {
                        Resume(1 - me);
                    }

                    Volatile.Write(ref inside[me], 0);
                    Interlocked.Increment(ref steps);
                });
            }

            Array.ForEach(pair, bed.Scheduler.StartTask);
            NativeBed.WaitUntil(() => Volatile.Read(ref steps) == 2, "both have started");
            Resume(0);
            NativeBed.WaitUntil(() => Volatile.Read(ref isKept), "one of them is kept");
            for (var i = 0; i < Strangers; i++)
            {
                Thread.SpinWait(chance.Next(4000));
                Resume(chance.Next(2));
                if (cancels && i == Strangers / 2)
                {
                    bed.Scheduler.Promote(pair[chance.Next(2)]);
                }
            }

            Volatile.Write(ref goesOn, false);
            NativeBed.WaitUntil(() => Volatile.Read(ref steps) == 2 + Volatile.Read(ref resumes), $"a wake of round {round} is lost");
            Assert.That(overlaps, Is.Zero);

            void Resume(int which)
            {
                // Counted first: a step must not be seen before its wake.
                Interlocked.Increment(ref resumes);
                pair[which].Resume();
            }
        }
    }
}
