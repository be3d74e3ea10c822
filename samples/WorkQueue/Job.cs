namespace Lab.Samples.Queueing;

/// <summary>Something that has to be done once.</summary>
/// <param name="Id">Chosen by whoever submits it: submitting the same id again is the same job.</param>
public sealed record Job(string Id, string Payload);

/// <summary>Where a job stands. It begins as <see cref="Pending"/> and ends as <see cref="Done"/> or <see cref="Dead"/>.</summary>
public enum JobState
{
    /// <summary>Accepted; waits for a worker, of this process or of the next.</summary>
    Pending,

    /// <summary>A worker has it.</summary>
    Taken,

    /// <summary>Acknowledged: its handler succeeded and is never called for it again.</summary>
    Done,

    /// <summary>Every attempt failed; a person has to look.</summary>
    Dead,
}
