using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture]
internal sealed class ContinuationInboxTests
{
    [Test]
    public void Continuations_come_out_in_the_order_in_which_they_were_posted([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        var inbox = default(ContinuationInbox);
        var (posted, taken) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            var choice = random.Next(4);
            if (choice == 0)
            {
                inbox.Post(new Item(posted++));
            }
            else if (choice == 1)
            {
                // Only an empty inbox is put into: whatever was posted before comes first.
                var isEmpty = inbox.IsEmpty;
                Assert.That(inbox.TryPut(new Item(posted)), Is.EqualTo(isEmpty));
                posted += isEmpty ? 1 : 0;
            }
            else if (taken < posted)
            {
                Assert.That(inbox.IsEmpty, Is.False);
                Assert.That((((Item)inbox.Peek()!).Number, ((Item)inbox.Take()!).Number), Is.EqualTo((taken, taken)));
                taken++;
            }
            else
            {
                Assert.That((inbox.IsEmpty, inbox.Peek(), inbox.Take()), Is.EqualTo((true, (InboxItem?)null, (InboxItem?)null)));
            }
        }
    }

    private sealed class Item(int number) : InboxItem
    {
        internal int Number => number;

        internal override void Run()
        {
        }
    }
}
