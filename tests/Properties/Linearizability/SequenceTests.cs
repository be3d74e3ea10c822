using Lab.Linearizability;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>The list that models keep, and the texts of calls.</summary>
[TestFixture]
public sealed class SequenceTests
{
    [FsCheck.NUnit.Property]
    public bool It_is_equal_by_contents(int[] a, int[] b) =>
        Sequence.Of(a).Equals(Sequence.Of(b)) == a.SequenceEqual(b) && Sequence.Of(a).GetHashCode() == Sequence.Of([.. a]).GetHashCode();

    [FsCheck.NUnit.Property]
    public bool It_adds_at_the_end_and_removes_at_either(FsCheck.NonEmptyArray<int> items, int more)
    {
        var sequence = Sequence.Of(items.Get);
        return sequence.Add(more).SequenceEqual(items.Get.Append(more)) && sequence.RemoveFirst().SequenceEqual(items.Get.Skip(1))
            && sequence.RemoveLast().SequenceEqual(items.Get.SkipLast(1)) && sequence.Add(more).RemoveLast().Equals(sequence)
            && sequence.First == items.Get[0] && sequence.Last == items.Get[^1];
    }

    [Test]
    public void It_removes_the_first_that_is_equal() => Assert.That(Sequence.Of(1, 2, 1, 3).Remove(1), Is.EqualTo(new[] { 2, 1, 3 }));

    [Test]
    public void There_is_nothing_in_an_empty_one() => Assert.That(() => Sequence<int>.Empty.First, Throws.InvalidOperationException.With.Message.Contains("Step.Blocked"));

    [Test]
    public void The_text_of_calls_is_read_back()
    {
        var calls = Models.Queue().Parse(["enq(1); deq", "deq(); cancel(A)"], first: "enq(2)");
        Assert.That(calls.ToString(), Is.EqualTo("first: enq(2) | A: enq(1); deq() | B: deq(); cancel(A)"));
        Assert.That(calls.Count, Is.EqualTo(5));
    }

    [TestCase("enqueue(1)")]
    [TestCase("enq(77)")]
    [TestCase("cancel(a)")]
    [TestCase("cancel()")]
    public void A_text_that_is_no_call_is_refused_with_those_there_are(string text) =>
        Assert.That(() => Models.Queue().Parse([text]), Throws.ArgumentException.With.Message.Contains(text).And.Message.Contains("enq(1)"));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Lab.Generators.LabArbitraries)])]
    public bool Drawn_calls_shrink_to_no_more_calls_and_come_to_an_end(Lab.Seeds.Seed seed)
    {
        var calls = Models.Queue().WithCancellation().Draw(seed, 4);
        var rounds = 0;
        while (calls.Shrink().FirstOrDefault() is { } smaller && rounds++ < 1_000)
        {
            if (smaller.Count > calls.Count)
            {
                return false;
            }

            calls = smaller;
        }

        return rounds < 1_000 && calls.Tasks.Sum(task => task.Count) == 0;
    }
}
