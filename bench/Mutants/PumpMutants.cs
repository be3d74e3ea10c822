namespace Lab.Bench.Mutants;

/// <summary>Bugs of the host without threads.</summary>
internal static class PumpMutants
{
    private const string Dispatch = "Scheduling/CooperativeDispatch.cs";
    private const string Pump = "CooperativeRuntimeTests";
    private const string Shutdown = "CooperativeShutdownTests";

    internal static readonly Mutant[] List =
    [
        new("pump-budget-is-looked-at-too-late",
            "A frame goes on for one step after its budget has passed.",
            Dispatch,
            "if (now >= end)",
            "if (now > end)",
            Pump),
        new("pump-clock-stands-still",
            "The clock is read once per frame: the budget never ends.",
            Dispatch,
            "steps++;\nnow = _timers.Look();",
            "steps++;\nnow = steps > 100_000 ? long.MaxValue : now;",
            Pump),
        new("pump-starves-tasks",
            "Timers that are due again and again keep ready tasks waiting.",
            Dispatch,
            "if (!hasFired && Fire(now))",
            "if (Fire(now))",
            Pump),
        new("pump-starves-timers",
            "Timers fire only when no task is ready.",
            Dispatch,
            "if (!hasFired && Fire(now))",
            "if (!hasFired && !CanStep(0) && Fire(now))",
            Pump),
        new("pump-sleeps-without-another-look",
            "The host says that it sleeps and does not look again: a wake-up is lost between the look and the sleep.",
            Dispatch,
            "if (!CanStep(0) && _timers.NextDue > _timers.Now)",
            "if (_asleep.Read() >= 0)",
            "What_comes_when_the_host_has_looked_and_does_not_sleep_yet_is_run"),
        new("pump-is-never-woken",
            "Work from outside is queued, and nobody is told.",
            Dispatch,
            "Woken?.Invoke();",
            "",
            Pump),
        new("pump-is-woken-for-everything",
            "Each wake asks for a frame, as if the host slept.",
            Dispatch,
            "_asleep.Read() != 0 && _asleep.TryChange(1, 0)",
            "_asleep.Read() >= 0",
            "What_comes_from_another_thread_wakes_the_host_once"),
        new("pump-keeps-the-tasks-context",
            "The caller goes on in the context of the task that ran last.",
            Dispatch,
            "SynchronizationContext.SetSynchronizationContext(context);\nLeave();",
            "Leave();",
            Pump),
        new("pump-stays-taken",
            "After one frame nobody may pump any more.",
            Dispatch,
            "_pumping.Exchange(Nobody);",
            "",
            Pump),
        new("pump-end-does-not-wait-for-a-step",
            "Shutdown abandons the tasks of a step that is running.",
            Dispatch,
            "_stopper.Park(left * TimeSpan.TicksPerMillisecond);",
            "return true;",
            Shutdown)
        {
            ByChance = true,
        },
    ];
}
