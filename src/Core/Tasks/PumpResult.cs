namespace Lab.Core.Tasks;

/// <summary>What one call of <see cref="CooperativeRuntime.RunFor"/> did.</summary>
/// <param name="Steps">Steps of tasks and timer callbacks that were run.</param>
/// <param name="Elapsed">On the runtime's clock, from the call to the end of the last of them.</param>
/// <param name="HasMore">The budget ended it, and there may be more to do at once. False: nothing can run now.</param>
public readonly record struct PumpResult(long Steps, TimeSpan Elapsed, bool HasMore);
