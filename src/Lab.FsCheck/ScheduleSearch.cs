using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Generators;

/// <summary>Looks for a failing schedule by random walk, and says it as deviations from the default: the form that shrinks without running anything.</summary>
internal static class ScheduleSearch
{
    private const int Executions = 200;

    /// <summary>
    /// A schedule under which the program fails: the first one in which the clock never moves early, else one with the least lag; null if none was found.
    /// The same for the same program.
    /// </summary>
    internal static Schedule? Find(Func<Cx, Task> program)
    {
        var walk = new NotedWalk();
        var engine = new LabEngine(new LabOptions());
        var (found, _) = LabThread<Schedule>.Run(engine, () =>
        {
            Schedule? best = null;
            var least = Lag.Most;
            for (var i = 0L; i < Executions && least != Lag.None; i++)
            {
                if (engine.Run(program, walk, default(Seed).ForExecution(i), i).Verdict.IsFailure && engine.Lag.CompareTo(least) < 0)
                {
                    (best, least) = (new Schedule(walk.Noted), engine.Lag);
                }
            }

            return best!;
        });

        // Draws of the program itself are not part of a schedule: with other ones it may not fail.
        return found is not null && LabRuntime.TryRun(found, program).Verdict.IsFailure ? found : null;
    }

    /// <summary>How slow a machine must be to show what the program does under a schedule.</summary>
    internal static Lag LagOf(Func<Cx, Task> program, Schedule schedule)
    {
        var engine = new LabEngine(new LabOptions());
        var (lag, _) = LabThread<object>.Run(engine, () =>
        {
            engine.Run(program, new Deviations(schedule), default, 0);
            return engine.Lag;
        });
        return lag is Lag known ? known : Lag.Most;
    }

    /// <summary>A random walk that notes where it did not do as the default.</summary>
    private sealed class NotedWalk : Strategy
    {
        private readonly RandomWalk _walk = new();

        internal List<Deviation> Noted { get; } = [];

        public override string ToString() => _walk.ToString();

        internal override void Begin(Seed seed, long index)
        {
            Noted.Clear();
            _walk.Begin(seed, index);
        }

        internal override int Choose(ChoicePoint point)
        {
            var choice = _walk.Choose(point);
            if (choice != point.DefaultIndex)
            {
                Noted.Add(new Deviation(point.DecisionIndex, choice));
            }

            return choice;
        }

        internal override ulong Draw(ulong bound) => _walk.Draw(bound);

        internal override int Pick(int count, bool isVictim) => _walk.Pick(count, isVictim);
    }
}
