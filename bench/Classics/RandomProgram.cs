using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Classics;

/// <summary>
/// A small random program, so small that all of its interleavings can be run: what one search says of it can be held against what another says. Every task
/// notes what it saw and how it ended, and the main task what is left, so two executions with one outcome ended in one state.
/// </summary>
public sealed partial class RandomProgram
{
    private readonly IReadOnlyList<IReadOnlyList<Step>> _tasks;

    private RandomProgram(IReadOnlyList<IReadOnlyList<Step>> tasks) => _tasks = tasks;

    /// <summary>The program of this number: the same on every machine.</summary>
    /// <param name="number">All of it comes from here.</param>
    /// <param name="palette">What its tasks do.</param>
    /// <param name="tasks">How many tasks.</param>
    /// <param name="steps">How many steps a task has at most.</param>
    public static RandomProgram Of(ulong number, Palette palette, int tasks, int steps)
    {
        var draws = new Dice((number * 1_000_003) + (ulong)palette);
        var all = s_upTo[(int)palette];
        var first = palette == 0 ? 0 : s_upTo[(int)palette - 1];

        // Several waits are about the core: what model programs share would hide it.
        var others = palette >= Palette.Several ? (int)Act.NotifyOne : 0;
        var plan = new Step[tasks][];
        for (var task = 0; task < tasks; task++)
        {
            plan[task] = new Step[1 + draws.Below(steps)];
            for (var i = 0; i < plan[task].Length; i++)
            {
                // Two in three are what the palette is about.
                var act = (Act)(draws.Below(3) == 0 ? others + draws.Below(all - others) : first + draws.Below(all - first));
                plan[task][i] = new Step(act, draws.Below(2), draws.Below(tasks));
                if (act is >= Act.All and < Act.Complete)
                {
                    plan[task][i] = plan[task][i] with { First = Wait.Of(draws, tasks), Second = Wait.Of(draws, tasks) };
                }
            }
        }

        return new RandomProgram(plan);
    }

    public override string ToString() => string.Join(" | ", _tasks.Select(static task => string.Join("; ", task)));

    /// <summary>Places that <see cref="Run(Cx, string[], Action)"/> fills: one for each task, and one for what is left.</summary>
    public int Places => _tasks.Count + 1;

    /// <summary>What it sees depends on how late it is: natively that is anything.</summary>
    public bool IsAboutTime => _tasks.Any(static task => task.Any(static step => step.Act is Act.Now));

    public Task Run(Cx cx) => RunIn(new World(null, null), cx);

    /// <summary>
    /// For every host. Before what others could notice and that is not awaited it yields, and before its end: in the lab others come in at awaits only,
    /// natively everywhere. That yield is masked, so who is canceled there goes on, as he would natively.
    /// </summary>
    /// <param name="cx">The main task's context.</param>
    /// <param name="said">What each task saw and how it ended, and what is left; null where a task did not come to it.</param>
    /// <param name="noise">Called before each step of a task.</param>
    /// <exception cref="InvalidOperationException">All have ended, and a lock or a permit is still held.</exception>
    public Task Run(Cx cx, string?[] said, Action? noise) => RunIn(new World(said, noise), cx);

    private async Task RunIn(World world, Cx cx)
    {
        await cx.ScopeAsync(scope =>
        {
            foreach (var task in _tasks)
            {
                var number = world.Handles.Count;
                world.Handles.Add(scope.Spawn(c => new Actor(world, number, c).Run(task)));
            }

            world.Open();
            return Task.CompletedTask;
        });
        var variables = $"{world.Variables[0].Peek()} {world.Variables[1].Peek()}";
        world.Say(cx, _tasks.Count, world.IsTold ? $"{variables}, {world.Left()}" : variables);
    }

    // How many acts each palette knows; each knows those of the ones before it.
    private static readonly int[] s_upTo = [(int)Act.Lock, (int)Act.NotifyOne, (int)Act.Yield, (int)Act.Delay, (int)Act.All, (int)Act.Told + 1];

    private enum Act
    {
        Read, Write, WriteSeen, Exchange,
        Lock, Acquire,
        NotifyOne, Wait, NotifyAll, Send, Receive, TryReceive, Mutex, Semaphore,
        Yield, Cancel, Checkpoint, Join, Look,
        Delay, Now, Timeout,
        All, InOrder, Any, Race, JoinAll, Nested, Complete, Close, Tell, Told,
    }

    private readonly record struct Step(Act Act, int Object, int Task, Wait First = default, Wait Second = default)
    {
        /// <summary>Others could notice it, and it is not awaited; a join may be none, but a look.</summary>
        internal bool IsSynchronous =>
            Act is Act.NotifyOne or Act.NotifyAll or Act.TryReceive or Act.Cancel or Act.Checkpoint or Act.Join or Act.Look or >= Act.Complete;

        public override string ToString() => Act is < Act.All or >= Act.Complete ? $"{Act} {Object}{Task}" : $"{Act} {Object} ({First}, {Second})";
    }

    private sealed class World(string?[]? said, Action? noise)
    {
        private int _isOpen;

        internal Shared<int>[] Variables { get; } = [new(), new()];

        internal ModelMutex[] Locks { get; } = [new(), new()];

        internal ModelSemaphore[] Permits { get; } = [new(1), new(2)];

        internal Notify[] Notifies { get; } = [new(), new()];

        internal (Sender<int> Sender, Receiver<int> Receiver) Channel { get; } = Mpsc.Bounded<int>(1);

        internal AsyncMutex Mutex { get; } = new();

        internal AsyncSemaphore Semaphore { get; } = new(1);

        internal (OneshotSender<int> Sender, OneshotReceiver<int> Receiver) Oneshot { get; } = Core.Channels.Oneshot.Create<int>();

        internal List<TaskHandle> Handles { get; } = [];

        internal bool IsTold => said is not null;

        internal void Noise() => noise?.Invoke();

        /// <summary>When all have ended.</summary>
        internal string Left()
        {
            if (Mutex.IsLocked || Semaphore.CurrentCount != 1)
            {
                throw new InvalidOperationException("Nobody is left, and somebody holds the mutex or the semaphore.");
            }

            var first = Channel.Receiver.TryReceive(out var message);
            return $"{first} {message}, then {Channel.Receiver.TryReceive(out _)}";
        }

        /// <summary>All tasks are spawned.</summary>
        internal void Open() => Volatile.Write(ref _isOpen, 1);

        /// <summary>In the lab, which has one thread, nobody begins before.</summary>
        internal void WaitUntilOpen()
        {
            while (Volatile.Read(ref _isOpen) == 0)
            {
                Thread.SpinWait(10);
            }
        }

        internal void Say(Cx cx, int place, string text)
        {
            cx.Note(text);
            if (said is not null)
            {
                said[place] = text;
            }
        }
    }

    private sealed partial class Actor(World world, int number, Cx cx)
    {
        private readonly bool[] _holds = new bool[2];
        private int _seen;

        internal async Task Run(IReadOnlyList<Step> steps)
        {
            world.WaitUntilOpen();
            try
            {
                foreach (var step in steps)
                {
                    world.Noise();
                    if (step.IsSynchronous)
                    {
                        await LetOthersIn();
                    }

                    await Run(step);
                }

                world.Say(cx, number, $"saw {_seen}");
            }
            catch (OperationCanceledException)
            {
                world.Say(cx, number, $"canceled, saw {_seen}");
                throw;
            }
            catch (Exception e) when (IsRefusal(e))
            {
                world.Say(cx, number, $"refused, saw {_seen}");
            }

            await LetOthersIn();
        }

        private async ValueTask LetOthersIn()
        {
            if (world.IsTold)
            {
                using (cx.Mask())
                {
                    await cx.YieldAsync();
                }
            }
        }

        private void See(int value) => _seen = unchecked((_seen * 7) + value + 1);

        private async Task Run(Step step)
        {
            var variable = world.Variables[step.Object];
            switch (step.Act)
            {
                case Act.Read:
                    See(await variable.ReadAsync(cx));
                    break;
                case Act.Write:
                    await variable.WriteAsync(number + 1, cx);
                    break;
                case Act.WriteSeen:
                    await variable.WriteAsync(_seen + 1, cx);
                    break;
                case Act.Exchange:
                    See(await variable.CompareExchangeAsync(number + 1, step.Task, cx) ? 1 : 0);
                    break;
                case Act.Lock or Act.Acquire:
                    await Block(step);
                    break;
                case < Act.Yield:
                    await Queue(step);
                    break;
                case < Act.Delay:
                    await Control(step);
                    break;
                case < Act.All:
                    await Time(step);
                    break;
                case < Act.Complete:
                    await Several(step);
                    break;
                default:
                    End(step);
                    break;
            }
        }

        private async Task Block(Step step)
        {
            if (step.Act == Act.Acquire)
            {
                var permits = world.Permits[step.Object];
                await (step.Task % 2 == 0 ? permits.AcquireAsync(cx) : permits.ReleaseAsync(cx));
                return;
            }

            var mutex = world.Locks[step.Object];
            await (_holds[step.Object] ? mutex.UnlockAsync(cx) : mutex.LockAsync(cx));
            _holds[step.Object] = !_holds[step.Object];
        }

        private async Task Queue(Step step)
        {
            switch (step.Act)
            {
                case Act.NotifyOne:
                    world.Notifies[step.Object].NotifyOne();
                    break;
                case Act.Wait:
                    await world.Notifies[step.Object].WaitAsync(cx);
                    See(1);
                    break;
                case Act.NotifyAll:
                    world.Notifies[step.Object].NotifyWaiters();
                    break;
                case Act.Send:
                    await world.Channel.Sender.SendAsync(number, cx);
                    break;
                case Act.Receive:
                    See(await world.Channel.Receiver.ReceiveAsync(cx));
                    break;
                case Act.TryReceive:
                    See((int)world.Channel.Receiver.TryReceive(out _));
                    break;
                case Act.Mutex:
                    using (await world.Mutex.LockAsync(cx))
                    {
                        await cx.YieldAsync();
                    }

                    break;
                default:
                    await world.Semaphore.AcquireAsync(cx);
                    world.Semaphore.Release();
                    break;
            }
        }

        private async Task Control(Step step)
        {
            switch (step.Act)
            {
                case Act.Yield:
                    await cx.YieldAsync();
                    break;
                case Act.Cancel:
                    See(world.Handles[step.Task].Cancel() ? 1 : 0);
                    break;
                case Act.Checkpoint:
                    cx.Checkpoint();
                    break;
                case Act.Join when step.Task != number:
                    See((int)(await world.Handles[step.Task].OutcomeAsync(cx)).Kind);
                    break;
                default:
                    See(cx.IsCancellationRequested ? 1 : 0);
                    break;
            }
        }

        private async Task Time(Step step)
        {
            switch (step.Act)
            {
                case Act.Delay:
                    await cx.DelayAsync(TimeSpan.FromMilliseconds(1 + step.Object + (2 * step.Task)));
                    break;
                case Act.Now:
                    See((int)(cx.Clock.GetTimestamp() / TimeSpan.TicksPerMillisecond));
                    break;
                default:
                    try
                    {
                        await cx.TimeoutAsync(TimeSpan.FromMilliseconds(2), async c => await world.Notifies[step.Object].WaitAsync(c));
                    }
                    catch (TimeoutException)
                    {
                        See(2);
                    }

                    break;
            }
        }
    }

    /// <summary>Sebastiano Vigna's SplitMix64.</summary>
    private sealed class Dice(ulong state)
    {
        private ulong _state = state;

        internal int Below(int bound)
        {
            var z = _state += 0x9E37_79B9_7F4A_7C15;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return (int)((z ^ (z >> 31)) >> 33) % bound;
        }
    }
}
