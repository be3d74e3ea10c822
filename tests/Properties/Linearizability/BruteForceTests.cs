using Lab.Linearizability;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>On a thousand small random histories of each kind the checker says what trying every order says.</summary>
[TestFixture]
public sealed class BruteForceTests
{
    private const int Histories = 1_000;

    [Test]
    public void Histories_of_a_queue() => Agree(Models.Queue(), ["enq(1)", "enq(2)", "deq()", "take()"], static (call, prng) => call.Name switch
    {
        "enq" => Answer.Done,
        "deq" => Answer.Of(Small(prng)),
        _ => Answer.Of(1 + prng.Next(2)),
    });

    [Test]
    public void Histories_of_a_register() => Agree(Models.Register(), ["write(1)", "write(2)", "read()"], static (call, prng) =>
        call.Name == "write" ? Answer.Done : Answer.Of(prng.Next(3)));

    [Test]
    public void Histories_of_a_bag() => Agree(Models.Bag(), ["add(1)", "add(2)", "remove()"], static (call, prng) =>
        call.Name == "add" ? Answer.Done : Answer.Of(1 + prng.Next(2)), calls: 4);

    [Test]
    public void Histories_of_a_semaphore_with_a_line() => Agree(Models.Semaphore(1), ["acquire(1)", "acquire(2)", "try(1)", "release(1)"], static (call, prng) =>
        call.Name == "try" ? Answer.Of(prng.Next(2) == 0) : Answer.Done, calls: 4);

    [Test]
    public void Histories_of_a_semaphore_without_a_line() => Agree(Models.BargingSemaphore(1), ["acquire(1)", "acquire(2)", "try(1)", "release(1)"], static (call, prng) =>
        call.Name == "try" ? Answer.Of(prng.Next(2) == 0) : Answer.Done);

    private static int? Small(Prng prng) => prng.Next(3) is > 0 and var item ? item : null;

    private static void Agree<TState>(Specification<object?, TState> specification, string[] texts, Func<Call, Prng, Answer> answer, int calls = 5)
    {
        var kinds = new int[2];
        for (ulong seed = 0; seed < Histories; seed++)
        {
            var prng = new Prng(new Seed(seed));
            var history = RandomHistory.Draw(specification, texts, answer, calls, prng);
            var isQuiescent = prng.Next(2) == 0;
            var judged = specification.Judge(history, isQuiescent);
            var expected = new EveryOrder<TState>(specification, history, isQuiescent).Exists();
            Assert.That(judged.Kind == JudgementKind.Linearizable, Is.EqualTo(expected), $"seed {seed}: {string.Join(", ", history.Select(Text))}; quiescent: {isQuiescent}");
            kinds[expected ? 1 : 0]++;
        }

        Assert.That(kinds, Has.All.GreaterThan(Histories / 20), "both answers come up");
    }

    private static string Text(RecordedCall call) => $"T{call.Task} {call} [{call.Called}, {call.Parked}, {call.Returned}]";
}
