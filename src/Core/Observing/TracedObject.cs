namespace Lab.Core.Observing;

/// <summary>
/// Anything that events can name: tasks' contexts, channels, notifies, scopes, timers. Carries one reference that belongs to the observer
/// (null natively), so that an observer finds its own state of the object without a dictionary.
/// </summary>
public abstract class TracedObject
{
    internal TracedObject()
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Current?.Created(this);
        }
    }

    /// <summary>The observer's own state of this object; meaningless to the core.</summary>
    internal object? Shadow { get; set; }

    /// <summary>The word that canonical ids and reports use for this kind of object, for example <c>channel</c>.</summary>
    internal abstract string KindName { get; }
}
