using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Causality;

/// <summary>What the lab knows of one traced object in one execution; hangs on <see cref="TracedObject.Shadow"/>. Pooled.</summary>
internal class ObjectShadow(IBorder? border = null) : IShadow
{
    /// <summary>Told when a thread outside of the lab uses the object; null: nobody would listen, for the execution has failed.</summary>
    private volatile IBorder? _border = border;

    /// <summary>The execution it belongs to; a shadow of an earlier one is stale.</summary>
    internal long Execution;

    internal EntityId Id;

    /// <summary>The task that created it; null for objects made outside of the program.</summary>
    internal TaskShadow? Creator;

    /// <summary>Its number among what its creator made.</summary>
    internal int Ordinal;

    internal TracedObject? Target;

    /// <summary>The object's half of the fingerprint.</summary>
    internal ObjectState State;

    /// <summary>Counters of the live oracle that watches this kind of object; what they mean is the oracle's business.</summary>
    internal long Counter0;
    internal long Counter1;
    internal long Counter2;
    internal long Counter3;

    internal void Assign(long execution, TracedObject target, TaskShadow? creator, int ordinal, EntityId id)
    {
        Execution = execution;

        // Mostly those of the execution before: comparing is cheaper than writing a reference.
        if (!ReferenceEquals(Target, target))
        {
            Target = target;
        }

        if (!ReferenceEquals(Creator, creator))
        {
            Creator = creator;
        }

        Ordinal = ordinal;
        Id = id;
        State = default;
        Counter0 = Counter1 = Counter2 = Counter3 = 0;
    }

    /// <summary>Whether it is this object's in this execution. Shadows are pooled and objects outlive executions, so both must agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Serves(TracedObject target, long execution) => Execution == execution && ReferenceEquals(Target, target);

    /// <summary>Its execution has failed, and is over: whoever still uses the object is late, and nobody hears of it. This shadow serves no other.</summary>
    internal void Retire() => _border = null;

    void IShadow.UsedUnobserved(TracedObject target) => _border?.Used(target, this);

    /// <summary>The canonical text, for example <c>channel@0.1#2</c>, or <c>0.1</c> for a task.</summary>
    internal virtual string Text => $"{Target!.KindName}@{Creator?.Text ?? "x"}#{Ordinal}";

    public override string ToString() => Text;
}
