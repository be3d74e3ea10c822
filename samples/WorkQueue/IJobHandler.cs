using Lab.Core.Tasks;

namespace Lab.Samples.Queueing;

/// <summary>The work itself.</summary>
public interface IJobHandler
{
    /// <summary>
    /// Does the job; throwing means that this attempt failed. It may be called again for the same job until a call succeeds, never afterwards, and never
    /// for two attempts at once.
    /// </summary>
    /// <param name="attempt">Cancelled when the attempt has used up its time or the service stops; what ignores it holds up its worker.</param>
    Task HandleAsync(Job job, Cx cx, CancellationToken attempt);
}
