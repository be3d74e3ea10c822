namespace Lab.Properties.Specs;

/// <summary>Where a spec runs.</summary>
public enum HostKind
{
    /// <summary>A runtime with four worker threads and the system's clock.</summary>
    Native,

    /// <summary>A runtime without threads, pumped by the test in frames, with the system's clock.</summary>
    Cooperative,

    /// <summary>The lab, any enabled task next: the non-pre-emptive schedule and many random ones.</summary>
    Explored,

    /// <summary>The lab's virtual workers with the native queues.</summary>
    WorkStealing,
}
