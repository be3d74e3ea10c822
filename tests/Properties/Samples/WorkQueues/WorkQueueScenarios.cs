using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Samples.Queueing;
using Lab.Samples.Queueing.Bugs;

namespace Lab.Properties.Samples.WorkQueues;

using Make = Func<IJobStore, IJobHandler, QueueOptions, WorkQueue>;

/// <summary>
/// What <c>samples/WorkQueue</c> is explored with: each of its bugs, and the queue itself in the same situation.
/// <c>lab explore work-queue-hands-over-first --assembly artifacts/bin/Properties/release/Lab.Properties.dll</c>
/// </summary>
internal static class WorkQueueScenarios
{
    private static readonly TimeSpan s_ample = TimeSpan.FromMinutes(1);

    [Scenario("work-queue-hands-over-first", ExpectedVerdict = "assertion-failed", Description = "handed over before it is stored: stays pending")]
    public static Task HandsOverFirst(Cx cx) => Submit(static (s, h, o) => new HandsOverFirst(s, h, o), cx);

    [Scenario("work-queue-hands-over-first-fixed", Description = "stored, then handed over")]
    public static Task HandsOverFirstFixed(Cx cx) => Submit(Service.Real, cx);

    [Scenario("work-queue-stops-when-idle", ExpectedVerdict = "assertion-failed", Description = "a stop drops what is between intake and worker")]
    public static Task StopsWhenIdle(Cx cx) => SubmitAndStop(static (s, h, o) => new StopsWhenIdle(s, h, o), cx);

    [Scenario("work-queue-stops-when-idle-fixed", Description = "a stop waits for the workers to end")]
    public static Task StopsWhenIdleFixed(Cx cx) => SubmitAndStop(Service.Real, cx);

    [Scenario("work-queue-abandons-attempts", ExpectedVerdict = "assertion-failed", Description = "an attempt that was given up still has its effect")]
    public static Task AbandonsAttempts(Cx cx) => AnswerInTheLastMoment(static (s, h, o) => new AbandonsAttempts(s, h, o), cx);

    [Scenario("work-queue-abandons-attempts-fixed", Description = "an attempt is asked to end, and waited for")]
    public static Task AbandonsAttemptsFixed(Cx cx) => AnswerInTheLastMoment(Service.Real, cx);

    // Two deployments in a row. What happens within 150 ms: answers, an error and its back-off, an attempt that hangs, two clients in front of an intake
    // of one place, jobs that are submitted too late, and a grace period that ends while two jobs are being worked on.
    [Scenario("work-queue", Description = "two starts of the service, each stopped in the middle of its work")]
    public static async Task TwoStarts(Cx cx)
    {
        var server = new Server(static (job, attempt) => (job, attempt) switch
        {
            ("refused", 1) => null,
            ("hangs", 1) => TimeSpan.FromHours(1),
            ("gone", _) => null,
            ("late", _) => TimeSpan.FromMilliseconds(125),
            _ => TimeSpan.FromMilliseconds(40),
        });
        var service = new Service(Service.Real, server, new QueueOptions { Capacity = 1, Workers = 2 });
        await service.RunAsync(TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(125), cx, ["refused", "plain", "late"], ["hangs", "gone"]);
        var before = await service.StatesAsync(cx);

        // Long enough for recovery to hand over what was left, and for every retry.
        await service.RunAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), cx, ["plain"]);
        var states = await service.StatesAsync(cx);
        foreach (var (job, state) in states)
        {
            Must.Hold(state == (job == "gone" ? JobState.Dead : JobState.Done), $"{job} is {state} after the second start");
            Must.Hold(!before.TryGetValue(job, out var was) || was is not (JobState.Done or JobState.Dead) || was == state, $"{job} was {was}, and is {state}");
        }
    }

    private static Task Submit(Make make, Cx cx) => RunAsync(make, 50, s_ample / 2, cx, ["a"], ["b"]);

    private static Task SubmitAndStop(Make make, Cx cx) => RunAsync(make, 50, TimeSpan.Zero, cx, ["a", "b"]);

    // An attempt may take 200 ms.
    private static Task AnswerInTheLastMoment(Make make, Cx cx) => RunAsync(make, 195, s_ample / 2, cx, ["a"]);

    private static Task RunAsync(Make make, int latency, TimeSpan uptime, Cx cx, params string[][] clients) =>
        new Service(make, new Server((_, _) => TimeSpan.FromMilliseconds(latency)), new QueueOptions { Capacity = 1, Workers = 2 }).RunAsync(uptime, s_ample, cx, clients);
}
