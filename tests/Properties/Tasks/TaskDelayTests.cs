using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Properties.Scheduling;
using Lab.Properties.Time;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

[TestFixture]
public sealed class TaskDelayTests
{
    [Test]
    public void A_delay_that_is_withdrawn_before_its_timer_is_set_leaves_no_timer()
    {
        // The wait is parked, the clock is read for the timer, and in between somebody cancels the wait.
        var driver = new LookingDriver { IsInStep = false };
        var delay = new TaskDelay(driver);
        var node = new PickBed().Queued("a").RentNode(delay, OperationKind.Delay, TimeSpan.TicksPerHour);
        driver.AfterReading = () =>
        {
            driver.AfterReading = null;
            delay.Withdraw(node, node.FullVersion);
        };
        Assert.That(((IWaitable)delay).Begin(node), Is.False);
        Assert.That((node.IsWithdrawn, driver.Queue.Count, delay.IsFree), Is.EqualTo((true, 0, false)));
    }
}
