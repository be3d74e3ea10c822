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
            Assert.That(program.Seen, Is.Positive);
        }

        Assert.That(runtime.LiveTasks, Is.Zero);
    }
}
