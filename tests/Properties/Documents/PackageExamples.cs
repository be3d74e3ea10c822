using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Generators;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The pieces of code in the packages' own pages (<c>src/*/README.md</c>), run as they stand there; that of Lab.NUnit is run by tests/Packages.</summary>
[TestFixture]
public sealed class PackageExamples
{
    [Test]
    public void No_message_is_lost_in_the_lab() => No_message_is_lost();

    [Test]
    public async Task The_core_says_hello()
    {
        var output = new StringWriter { NewLine = "\n" };
        await Greeting.RunAsync(output);
        Assert.That(output.ToString(), Is.EqualTo("hello\n"));
    }

    public static void No_message_is_lost() => LabRuntime.Run(Schedule.Default, async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 1);
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                using (tx)
                {
                    await tx.SendAsync(1, c);
                }
            });
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(1));
        });
    });

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)])]
    public void Messages_arrive_in_their_order(Schedule schedule, int[] messages) => LabRuntime.Run(schedule, async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 1);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                using (tx)
                {
                    foreach (var message in messages)
                    {
                        await tx.SendAsync(message, c);
                    }
                }
            });
            await foreach (var message in rx.ReadAllAsync(cx))
            {
                got.Add(message);
            }
        });
        Assert.That(got, Is.EqualTo(messages));
    });
}

public static class Greeting
{
    public static async Task RunAsync(TextWriter output)
    {
        using var runtime = new Runtime();
        await runtime.RunAsync(async cx =>
        {
            var (tx, rx) = Mpsc.Bounded<string>(capacity: 1);
            await cx.ScopeAsync(async scope =>
            {
                scope.Spawn(async c =>
                {
                    using (tx)
                    {
                        await tx.SendAsync("hello", c);
                    }
                });
                await foreach (var word in rx.ReadAllAsync(cx))
                {
                    output.WriteLine(word);
                }
            });
        });
    }
}
