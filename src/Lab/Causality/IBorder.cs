using Lab.Core.Observing;

namespace Lab.Causality;

/// <summary>Where a lab ends: beyond it are the threads that it does not run.</summary>
internal interface IBorder
{
    /// <summary>
    /// A thread that no lab observes uses an object. <paramref name="shadow"/> is what the object was last given, perhaps by an earlier execution; it may
    /// belong to another object by now, or be given to one at this moment.
    /// </summary>
    void Used(TracedObject target, ObjectShadow shadow);
}
