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

    /// <summary>A schedule under which the program fails; null if none was found. The same for the same program.</summary>
    internal static Schedule? Find(Func<Cx, Task> program)
    {
        var walk = new NotedWalk();
        var engine = new LabEngine(new LabOptions());
        var (found, _) = LabThread<Schedule>.Run(engine, () =>
        {
            for (var i = 0L; i < Executions; i++)
            {
                if (engine.Run(program, walk, default(Seed).ForExecution(i), i).Verdict.IsFailure)
                {
                    return new Schedule(walk.Deviations);
                }
            }

            return null!;
        });

        // Draws of the program itself are not part of a schedule: with other ones it may not fail.
        return found is not null && LabRuntime.TryRun(found, program).Verdict.IsFailure ? found : null;
    }

    /// <summary>A random walk that notes where it did not do as the default.</summary>
    private sealed class NotedWalk : Strategy
    {
        private readonly RandomWalk _walk = new();

        internal List<Deviation> Deviations { get; } = [];

        public override string ToString() => _walk.ToString();

        internal override void Begin(Seed seed, long index)
        {
            Deviations.Clear();
            _walk.Begin(seed, index);
        }

        internal override int Choose(ChoicePoint point)
        {
            var choice = _walk.Choose(point);
            if (choice != point.DefaultIndex)
            {
                Deviations.Add(new Deviation(point.DecisionIndex, choice));
            }

            return choice;
        }

        internal override ulong Draw(ulong bound) => _walk.Draw(bound);

        internal override int Pick(int count, bool isVictim) => _walk.Pick(count, isVictim);
    }
}
