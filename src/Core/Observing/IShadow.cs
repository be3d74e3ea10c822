namespace Lab.Core.Observing;

/// <summary>An observer's state of one object (<see cref="TracedObject.Shadow"/>) that wants to know when a thread uses the object which nobody observes.</summary>
internal interface IShadow
{
    /// <summary>
    /// On such a thread, mostly under the gate of <paramref name="target"/>, and before its effect can be seen by whoever enters the gate next. For an
    /// object that outlives executions it may come when this shadow serves another object already.
    /// </summary>
    void UsedUnobserved(TracedObject target);
}
