using Lab.Bench;
using Lab.Classics;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>What a few random programs show natively is something that their exhaustive search in the lab has; <c>bench -- stress</c> runs many.</summary>
[TestFixture]
internal sealed class NativeEndingsTests
{
    [TestCase(Palette.Shared, 2, 4)]
    [TestCase(Palette.Model, 3, 2)]
    [TestCase(Palette.Core, 3, 2)]
    [TestCase(Palette.Control, 2, 4)]
    [TestCase(Palette.Control, 3, 2)]
    [TestCase(Palette.Several, 2, 2)]
    [TestCase(Palette.Several, 3, 1)]
    public async Task Every_native_ending_is_one_of_the_lab(Palette palette, int tasks, int steps)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        var compared = 0;
        for (var number = 0UL; compared < 10; number++)
        {
            if (NativeEndings.Of(RandomProgram.Of(number, palette, tasks, steps), palette, limit: 300) is not { } program)
            {
                continue;
            }

            compared++;
            program.Run(runtime, 20);
            Assert.That(program.Unknown, Is.Null, $"{number}: {program}");
            Assert.That(program.OfWorkersAlone, Is.Null, $"{number}: {program}");
            Assert.That(program.Seen, Is.Positive);
        }

        Assert.That(runtime.LiveTasks, Is.Zero);
    }

    // WhenAll of one that yields and one that takes a free mutex: natively the second goes on at its call, in the explored dispatch after the first.
    [Test]
    public async Task What_goes_on_at_its_call_is_shown_by_the_dispatch_of_workers()
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        var program = NativeEndings.Of(RandomProgram.Of(45, Palette.Several, 2, 2), Palette.Several, limit: 1000)!;
        program.Run(runtime, 20);
        Assert.That(program.Unknown, Is.Null, $"{program}");
        Assert.That(program.OfWorkersAlone, Is.Not.Null);
    }
}
