using Lab.Execution;
using Lab.Seeds;

namespace Lab.Shrinking;

/// <summary>
/// Looks for the same failure with less lag. A program can fail in two ways, and what hides the plausible one may share nothing with it: then nothing
/// near the best schedule helps. So schedules are drawn anew in which the clock stays behind, half of them with few switches.
/// </summary>
internal sealed class WithoutHaste(Attempts attempts, Seed seed)
{
    private const int Walks = 500;
    private const double ShareOfBudget = 0.05;

    // A task goes on in 7 of 8 cases, and in the eighth as chance has it.
    private const int GoesOn = 7;

    private Lag _sought = Lag.None;

    /// <summary>Until none of so many fails, or the clock never moves early. What was sought in vain is not sought again.</summary>
    internal async ValueTask RunAsync()
    {
        var walks = Math.Min(Walks, attempts.Affordable(ShareOfBudget, attempts.Best.Result.Steps));
        for (var i = 0L; i < walks && attempts.Best.Strain.Lag is var lag && lag != Lag.None && lag != _sought && !attempts.IsOver;)
        {
            // The same draws for every bound, so that shrinking again finds nothing more.
            i = await attempts.WalkAsync(seed.Stream(SeedStream.Shrink).ForExecution(i), i % 2 == 0 ? 0 : GoesOn) ? 0 : i + 1;
        }

        _sought = attempts.Best.Strain.Lag;
    }
}
