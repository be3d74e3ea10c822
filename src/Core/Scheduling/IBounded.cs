namespace Lab.Core.Scheduling;

/// <summary>A primitive with a fixed number of places, as an observer sees it.</summary>
internal interface IBounded
{
    /// <summary>Places in all; at least 1.</summary>
    int Capacity { get; }
}
