using System.Runtime.InteropServices;
using Lab.Causality;
using Lab.Core.Tasks;

namespace Lab.Strategies;

/// <summary>Watches executions on behalf of a strategy and makes lessons of them.</summary>
/// <param name="wantsTouches">Count accesses; otherwise steps only.</param>
internal sealed class Teacher(bool wantsTouches)
{
    /// <summary>
    /// Executions from this index on teach nothing about tasks and objects: means of so many hardly move, and the counting is not free.
    /// </summary>
    internal const long Sample = 1024;

    private readonly Dictionary<(ulong Task, ulong Object), Touches> _touches = [];

    // Canonical ids are spelled once: the same ones come in every execution.
    private readonly Dictionary<ulong, string> _names = [];
    private bool _isSampling;

    /// <summary>Whether <see cref="OnAccess"/> wants to be called in this execution.</summary>
    internal bool WantsAccesses => wantsTouches && _isSampling;

    internal void Begin(long index)
    {
        _isSampling = index < Sample;
        _touches.Clear();
    }

    internal void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access)
    {
        // Who spawns, joins and leaves is in the program's order, or is seen in that of the objects.
        if (!WantsAccesses || task.Id == EntityId.Clock || target.Id == EntityId.Clock || target.Target is Cx or Scope)
        {
            return;
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_touches, (task.Id.Hash, target.Id.Hash), out var exists);
        known = exists
            ? known with { Count = known.Count + 1, IsWritten = known.IsWritten || access == AccessKind.Write }
            : new Touches(task.Id.Hash, target.Id.Hash, NameOf(target), 1, access == AccessKind.Write);
    }

    /// <param name="facts">Of the execution that ended.</param>
    /// <param name="member">Which member of a portfolio answered.</param>
    internal Lesson Of(in ExecutionFacts facts, int member = -1)
    {
        var clock = facts.Steps;
        var steps = _isSampling ? new TaskSteps[facts.Tasks.Length] : null;
        for (var i = 0; i < steps?.Length; i++)
        {
            var task = facts.Tasks[i];
            steps[i] = new TaskSteps(task.Id.Hash, NameOf(task), task.Cx.Task.Polls);
            clock -= steps[i].Steps;
        }

        return new Lesson
        {
            Choices = facts.Choices,
            Steps = steps,
            ClockSteps = steps is null ? 0 : clock,
            Touches = WantsAccesses ? [.. _touches.Values] : null,
            Fingerprint = facts.Fingerprint,
            Member = member,
        };
    }

    private string NameOf(ObjectShadow shadow)
    {
        ref var name = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, shadow.Id.Hash, out _);
        return name ??= shadow.Id == EntityId.Clock ? EntityText.Clock : shadow.Text;
    }
}
