using FsCheck;
using FsCheck.Fluent;
using Lab.Seeds;
using Lab.Traces;

namespace Lab.Generators;

/// <summary>
/// What FsCheck needs to generate schedules and programs: <c>[FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)])]</c>, then take a
/// <see cref="Schedule"/> as a parameter and give it to <c>LabRuntime.Run</c>.
/// </summary>
public static class LabArbitraries
{
    /// <summary>Schedules for any program: a few deviations from the non-pre-emptive default, more of them early. Shrink towards none.</summary>
    public static Arbitrary<Schedule> Schedules() => Arb.From(Gen.Sized(Schedule), ScheduleShrinker.Shrink);

    /// <summary>Programs that end by themselves: after a second of their time everything is cancelled. See <see cref="LabProgram"/>.</summary>
    public static Arbitrary<LabProgram> Programs() => Arb.From(Gen.Sized(Program), static program => program.Shrink());

    /// <summary>Seeds of all 64 bits, small ones more often. Not shrunk: no seed is simpler than another.</summary>
    public static Arbitrary<Seed> Seeds() => Arb.From(Seed());

    private static Gen<Schedule> Schedule(int size) =>
        from count in Gen.Choose(0, 1 + (size / 5))
        from items in Gen.ArrayOf(Deviation(1 + (2 * size)), count)
        select new Schedule(items);

    private static Gen<Deviation> Deviation(int last) =>
        from index in Gen.OneOf(Gen.Choose(0, last), Gen.Choose(0, Math.Min(last, 20)))
        from choice in Gen.Choose(0, 5)
        select new Deviation(index, choice);

    private static Gen<LabProgram> Program(int size) =>
        from seed in Seed()
        select LabProgram.Random(seed, size) with { Patience = TimeSpan.FromSeconds(1) };

    private static Gen<Seed> Seed() => Gen.OneOf(
        Gen.Choose(0, 1000).Select(static value => new Seed((ulong)value)),
        Gen.Two(Gen.Choose(int.MinValue, int.MaxValue)).Select(static pair => new Seed(((ulong)(uint)pair.Item1 << 32) | (uint)pair.Item2)));
}
