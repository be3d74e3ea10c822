using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Sharing;

namespace Lab.Classics;

/// <summary>A program of the literature, written anew from its description, with what is known of it.</summary>
public sealed record Classic(string Name, Func<Cast> Build)
{
    /// <summary>What exploration must find; null: the program is right.</summary>
    public VerdictKind? Expected { get; init; } = VerdictKind.AssertionFailed;

    /// <summary>All interleavings when all tasks live at the start, and how many of them fail; null where nobody has counted.</summary>
    public (long All, long Failing)? Interleavings { get; init; }

    /// <summary>Mazurkiewicz traces when all tasks live at the start; null where nobody has counted.</summary>
    public long? Traces { get; init; }

    /// <summary>Ordering constraints that are enough to make it fail (the depth of PCT); null where nobody has counted.</summary>
    public int? Depth { get; init; }

    /// <summary>It fails on every schedule: a smoke test, not a score.</summary>
    public bool AlwaysFails { get; init; }

    /// <summary>Published means of executions to the bug. Other granularities than ours: orders to reproduce, not values to match.</summary>
    public IReadOnlyList<Published> Published { get; init; } = [];

    /// <summary>The program with its tasks spawned in this way.</summary>
    public Func<Cx, Task> Program(Spawning spawning) => async cx =>
    {
        var cast = Build();
        var spawned = spawning == Spawning.OneByOne ? new Shared<int>() : null;
        await cx.ScopeAsync(async scope =>
        {
            foreach (var task in cast.Tasks)
            {
                if (spawned is not null)
                {
                    // Nobody else looks at it: a scheduling point and nothing more.
                    await spawned.WriteAsync(1, cx);
                }

                scope.Spawn(task);
            }
        });
        if (cast.After is { } after)
        {
            await after(cx);
        }
    };

    /// <summary>The lab's options for it: a failed assertion ends the execution.</summary>
    public static LabOptions Options(Spawning spawning) => new()
    {
        Start = spawning == Spawning.AllAtOnce ? StartMode.Eager : StartMode.Chosen,
        EndAtFault = true,
        StepLimit = 20_000,
    };

    public override string ToString() => Name;
}
