using Lab.Execution;
using Lab.Exploration;

namespace Lab.Cli;

/// <summary>Makes small what the parts of a run left as they found it, where the program is at hand; else says that it was not, and why.</summary>
/// <param name="assembly">As on the command line; null: the one that the trace names.</param>
internal sealed class MergedFailures(string? assembly)
{
    internal LabResult Shrink(LabResult failure, string folder)
    {
        if (failure is not { Trace: { } trace, TracePath: { } path })
        {
            return failure;
        }

        Scenario scenario;
        try
        {
            scenario = ScenarioSource.Find(ScenarioSource.LoadFor(trace, path, assembly), trace.Scenario);
        }
        catch (InputException e) when (assembly is null)
        {
            return failure with { Shrinking = new ShrinkingFacts { NotShrunk = e.Message.TrimEnd('.') } };
        }

        var shrunk = LabRuntime.Shrink(trace, scenario.Program);
        return shrunk.Shrinking is { NotShrunk: null } ? TraceFolder.Save(shrunk, folder) : failure with { Shrinking = shrunk.Shrinking };
    }
}
