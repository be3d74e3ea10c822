namespace Lab.Core.Scheduling;

/// <summary>A primitive that one task at a time may have, as an observer sees it. Known only while observation is on.</summary>
internal interface IOwned
{
    /// <summary>The task that took it last and has not given it back; null when it is free or was taken outside of any task.</summary>
    RuntimeTask? Holder { get; }
}
