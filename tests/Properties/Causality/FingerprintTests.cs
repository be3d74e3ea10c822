using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Causality;

public sealed class FingerprintTests
{
    private static readonly ulong s_read = Fingerprint.IdOf(EntityId.External(1), EventKind.SharedRead);
    private static readonly ulong s_write = Fingerprint.IdOf(EntityId.External(1), EventKind.SharedWritten);

    [Test]
    public void Fingerprints_are_equal_exactly_when_the_Mazurkiewicz_traces_are()
    {
        // 2,500 random programs of up to 11 accesses, 40 random interleavings of each: 100,000 traces, all compared with all.
        var prng = new Prng(new Seed(1));
        var fingerprintOf = new Dictionary<string, UInt128>();
        var formOf = new Dictionary<UInt128, string>();
        for (var program = 0; program < 2_500; program++)
        {
            var accesses = SmallProgram.Random(ref prng, prng.Next(12));
            for (var i = 0; i < 40; i++)
            {
                var interleaving = SmallProgram.RandomInterleaving(accesses, ref prng);
                var form = FoataNormalForm.Of(interleaving);
                var fingerprint = Of(interleaving);
                Assert.That(fingerprintOf.TryAdd(form, fingerprint) || fingerprintOf[form] == fingerprint, Is.True, form);
                Assert.That(formOf.TryAdd(fingerprint, form) || formOf[fingerprint] == form, Is.True, form);
            }
        }

        // Not vacuous: many traces, and many of them reached by more than one interleaving.
        Assert.That(fingerprintOf, Has.Count.InRange(10_000, 90_000));
    }

    [FsCheck.NUnit.Property]
    public bool Swapping_neighbours_changes_the_fingerprint_exactly_when_they_are_dependent(ulong seed)
    {
        var prng = new Prng(new Seed(seed));
        var interleaving = SmallProgram.RandomInterleaving(SmallProgram.Random(ref prng, prng.Next(12)), ref prng);
        if (interleaving.Count < 2)
        {
            return true;
        }

        var at = prng.Next(interleaving.Count - 1);
        if (interleaving[at].Task == interleaving[at + 1].Task)
        {
            return true; // program order: not an interleaving of the same program
        }

        var before = Of(interleaving);
        var dependent = interleaving[at].DependsOn(interleaving[at + 1]);
        (interleaving[at], interleaving[at + 1]) = (interleaving[at + 1], interleaving[at]);
        return (Of(interleaving) == before) != dependent;
    }

    [Test]
    public void Writes_of_two_tasks_do_not_commute()
    {
        var first = Of([new(0, 0, true), new(1, 0, true)]);
        Assert.That(Of([new(1, 0, true), new(0, 0, true)]), Is.Not.EqualTo(first));
    }

    [Test]
    public void Reads_commute_with_reads_and_not_with_writes()
    {
        Assert.That(Of([new(0, 0, false), new(1, 0, false)]), Is.EqualTo(Of([new(1, 0, false), new(0, 0, false)])));
        Assert.That(Of([new(0, 0, false), new(1, 0, true)]), Is.Not.EqualTo(Of([new(1, 0, true), new(0, 0, false)])));
        Assert.That(
            Of([new(0, 0, false), new(1, 0, false), new(2, 0, true)]), Is.EqualTo(Of([new(1, 0, false), new(0, 0, false), new(2, 0, true)])));
    }

    [Test]
    public void What_was_done_counts_and_not_only_to_what()
    {
        var task = CausalState.Of(EntityId.Root);
        var other = task;
        ObjectState first = default, second = default;
        Fingerprint.Write(ref task, ref first, s_write);
        Fingerprint.Write(ref other, ref second, s_read);
        Assert.That(other.Value, Is.Not.EqualTo(task.Value));
    }

    [Test]
    public void A_local_value_counts_in_the_order_of_its_task()
    {
        var task = CausalState.Of(EntityId.Root);
        var other = task;
        Fingerprint.Local(ref task, 1);
        Fingerprint.Local(ref task, 2);
        Fingerprint.Local(ref other, 2);
        Fingerprint.Local(ref other, 1);
        Assert.That(other.Value, Is.Not.EqualTo(task.Value));
    }

    [Test]
    public void Every_bit_of_the_inputs_reaches_every_bit_of_the_state()
    {
        // 128 output bits flip with probability 1/2: the mean over many inputs is 64, and no single output bit stays behind.
        var prng = new Prng(new Seed(3));
        for (var lane = 0; lane < 7; lane++)
        {
            var flips = new long[128];
            const int Samples = 64 * 64;
            for (var sample = 0; sample < Samples; sample++)
            {
                CountFlips(flips, ref prng, lane, bit: sample % 64);
            }

            Assert.That(flips.Sum() / (double)Samples, Is.EqualTo(64).Within(4), $"lane {lane}");
            Assert.That(flips, Is.All.GreaterThan(Samples * 0.35).And.LessThan(Samples * 0.65), $"lane {lane}");
        }
    }

    [Test]
    public void The_fingerprint_never_changes()
    {
        // Traces store it. The value was worked out by a second implementation, from the formula alone.
        var fingerprint = Of([new(0, 0, true), new(1, 0, false), new(2, 1, true), new(0, 1, false), new(1, 0, true)]);
        Assert.That($"{fingerprint:x32}", Is.EqualTo("d472667d099ef957059079ba0d5ad95c"));
    }

    [Test]
    public void An_access_allocates_nothing()
    {
        var task = CausalState.Of(EntityId.Root);
        ObjectState target = default;
        Fingerprint.Read(ref task, ref target, s_read); // whatever the first call costs
        Fingerprint.Write(ref task, ref target, s_write);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Fingerprint.Read(ref task, ref target, s_read);
            Fingerprint.Write(ref task, ref target, s_write);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static UInt128 Of(IReadOnlyList<SmallAccess> interleaving)
    {
        Span<CausalState> tasks = stackalloc CausalState[SmallProgram.Tasks];
        Span<ObjectState> objects = stackalloc ObjectState[SmallProgram.Objects];
        for (var task = 0; task < SmallProgram.Tasks; task++)
        {
            tasks[task] = CausalState.Of(EntityId.Root.Child(task));
        }

        foreach (var access in interleaving)
        {
            var target = EntityId.External(access.Object);
            if (access.IsWrite)
            {
                Fingerprint.Write(ref tasks[access.Task], ref objects[access.Object], Fingerprint.IdOf(target, EventKind.SharedWritten));
            }
            else
            {
                Fingerprint.Read(ref tasks[access.Task], ref objects[access.Object], Fingerprint.IdOf(target, EventKind.SharedRead));
            }
        }

        return Fingerprint.Sum(tasks);
    }

    private static void CountFlips(long[] flips, ref Prng prng, int lane, int bit)
    {
        Span<ulong> input = stackalloc ulong[7];
        foreach (ref var word in input)
        {
            word = prng.Next();
        }

        var before = Mixed(input);
        input[lane] ^= 1UL << bit;
        var changed = before ^ Mixed(input);
        for (var i = 0; i < 128; i++)
        {
            flips[i] += (long)(ulong)((changed >> i) & 1);
        }
    }

    private static UInt128 Mixed(ReadOnlySpan<ulong> input)
    {
        var task = new CausalState { Hi = input[0], Lo = input[1] };
        var target = new ObjectState { WriteHi = input[2], WriteLo = input[3], ReadHi = input[4], ReadLo = input[5] };
        Fingerprint.Write(ref task, ref target, input[6]);
        return task.Value;
    }
}
