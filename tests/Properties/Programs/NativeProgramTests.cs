using Lab.Core.Tasks;
using Lab.Generators;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Programs;

/// <summary>The same random programs on real threads: a short stress run, many at a time on one runtime.</summary>
[TestFixture]
public sealed class NativeProgramTests
{
    private const int Rounds = 20;
    private const int AtOnce = 40;

    [Test]
    [CancelAfter(60_000)]
    public async Task Random_programs_pass_on_four_workers(CancellationToken limit)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 4 });
        for (var round = 0; round < Rounds; round++)
        {
            var programs = Enumerable.Range(0, AtOnce).Select(i => Program((round * AtOnce) + i)).ToList();
            await Task.WhenAll(programs.Select(program => Named(runtime, program))).WaitAsync(limit);
        }

        Assert.That(runtime.LiveTasks, Is.Zero);
    }

    private static LabProgram Program(int number) =>
        LabProgram.Random(new Seed((ulong)number), number % 100) with { Patience = TimeSpan.FromMilliseconds(20) };

    private static async Task Named(Runtime runtime, LabProgram program)
    {
        try
        {
            await runtime.RunAsync(program.Run);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{program}", e);
        }
    }
}
