using Lab.Seeds;

namespace Lab.Generators;

/// <summary>Draws programs. Waits and what ends them are about equally frequent, so that most programs get somewhere.</summary>
internal sealed class ProgramGenerator
{
    private static readonly (int Weight, ProgramAction Action)[] s_actions =
    [
        (4, ProgramAction.Yield), (3, ProgramAction.Delay), (2, ProgramAction.Checkpoint), (1, ProgramAction.Draw),
        (6, ProgramAction.Send), (2, ProgramAction.TrySend), (3, ProgramAction.ReserveSend), (2, ProgramAction.ReserveAbort),
        (7, ProgramAction.Receive), (2, ProgramAction.TryReceive), (1, ProgramAction.Close),
        (5, ProgramAction.NotifyOne), (2, ProgramAction.NotifyAll), (5, ProgramAction.Wait),
        (3, ProgramAction.Acquire), (3, ProgramAction.Lock), (3, ProgramAction.Increment),
        (3, ProgramAction.Cancel), (1, ProgramAction.Join), (3, ProgramAction.Spawn),
        (1, ProgramAction.Scope), (2, ProgramAction.Timeout), (1, ProgramAction.Race), (1, ProgramAction.Mask),
    ];

    private static readonly int s_weights = s_actions.Sum(static entry => entry.Weight);

    private readonly int _size;
    private Prng _prng;

    internal ProgramGenerator(Seed seed, int size)
    {
        _prng = new Prng(seed);
        _size = Math.Clamp(size, 0, 100);
    }

    internal LabProgram Program() => new()
    {
        Channels = Draw(1 + _prng.Next(2), () => 1 + _prng.Next(3)),
        Notifies = 1 + _prng.Next(2),
        Semaphores = Draw(1 + _prng.Next(2), () => 1 + _prng.Next(2)),
        Tasks = Draw(1 + _prng.Next(2 + (_size / 30)), () => Steps(depth: 0)),
    };

    private ProgramStep[] Steps(int depth) => Draw(_prng.Next(2 + (_size / (10 << depth))), () => Step(depth));

    private ProgramStep Step(int depth)
    {
        var action = Action();
        if (ProgramStep.HasBody(action) && depth == 2)
        {
            action = ProgramAction.Yield;
        }

        return new ProgramStep(
            action,
            _prng.Next(4),
            ProgramStep.HasAmount(action) ? _prng.Next(20) : 0,
            ProgramStep.HasBody(action) ? Steps(depth + 1) : []);
    }

    private ProgramAction Action()
    {
        var at = _prng.Next(s_weights);
        foreach (var (weight, action) in s_actions)
        {
            at -= weight;
            if (at < 0)
            {
                return action;
            }
        }

        throw new InvalidOperationException("[lab bug] the weights do not add up");
    }

    private static T[] Draw<T>(int count, Func<T> draw)
    {
        var items = new T[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = draw();
        }

        return items;
    }
}
