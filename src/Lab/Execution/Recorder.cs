using System.Runtime.CompilerServices;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// The lab's observer: gives objects their canonical ids, keeps the fingerprint, feeds the live oracles, and, when asked, keeps every event.
/// Everything is pooled; on a passing execution it allocates nothing.
/// </summary>
internal sealed class Recorder : IObserver
{
    private static readonly AccessKind[] s_access = [.. Enum.GetValues<EventKind>().Select(static kind => Accesses.Of(kind))];

    private static readonly IReadOnlySet<EntityId> s_none = new HashSet<EntityId>();
    private static long s_recorders;

    private readonly LabTimers _timers;
    private readonly LiveOracles _oracles;
    private readonly Alarm _alarm;
    private readonly ChoicePoint _point;
    private readonly IBorder _border;
    private readonly TaskShadow _clock = new();
    private RuntimeTask _clockTask = null!;
    private readonly ObjectShadow _time = new();
    private readonly List<ObjectShadow> _objects = [];
    private readonly List<TaskShadow> _tasks = [];
    private readonly List<RecordedEvent> _events = [];
    private readonly List<TaskShadow> _stepTasks = [];
    private readonly Dictionary<long, HashSet<EntityId>> _bclEffects = [];

    // By due time, what the setting of timers did to the line of those that are due then.
    private readonly Dictionary<long, ObjectState> _instants = [];

    // Who runs; null until something happens in the step of a chosen task, for most steps of most tasks tell nothing.
    private TaskShadow? _current;
    private int _objectsUsed;
    private int _tasksUsed;
    private int _tasksEnded;
    private bool _hasSaid;
    private int _externalCount;

    // Unlike that of any other execution in this process: what was made outside of the program may carry a shadow that another lab gave it.
    private long _execution = Interlocked.Increment(ref s_recorders) << 40;
    private bool _recording;
    private int _eventLimit;
    private Strategy? _listener;
    private Strategy? _follower;
    private IQuiescenceOracle? _quiescence;

    /// <summary>Any of the four above is there: asked once an event.</summary>
    private bool _isWatched;

    internal Recorder(LabTimers timers, LiveOracles oracles, Alarm alarm, ChoicePoint point, IBorder border)
    {
        _border = border;
        _point = point;
        _alarm = alarm;
        _timers = timers;
        _oracles = oracles;
    }

    /// <summary>The strategy, when it wants to know what each step touches.</summary>
    internal Strategy? Listener
    {
        get => _listener;
        set
        {
            _listener = value;
            Watch();
        }
    }

    /// <summary>Of this execution; the program sets it.</summary>
    internal IQuiescenceOracle? QuiescenceOracle
    {
        get => _quiescence;
        set
        {
            _quiescence = value;
            Watch();
        }
    }

    /// <summary>The strategy, when it wants to know everything.</summary>
    internal Strategy? Follower
    {
        get => _follower;
        set
        {
            _follower = value;
            Watch();
        }
    }

    /// <summary>Steps begun in this execution.</summary>
    internal long Step { get; set; }

    internal TaskShadow Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _current ?? FindCurrent();
    }

    /// <summary>Every event of this execution is kept.</summary>
    internal bool IsRecording => _recording;

    internal ReadOnlySpan<TaskShadow> Tasks => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tasks)[.._tasksUsed];

    internal ReadOnlySpan<ObjectShadow> Objects => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_objects)[.._objectsUsed];

    internal IReadOnlyList<RecordedEvent> Events => _events;

    /// <summary>Events that the limit kept out of the trace.</summary>
    internal long EventsDropped { get; private set; }

    /// <summary>The program's first task; null before it was spawned.</summary>
    internal TaskShadow? Root => _tasksUsed == 0 ? null : _tasks[0];

    internal void Begin(Cx clock, bool recording, int eventLimit)
    {
        _execution++;
        _objectsUsed = 0;
        _tasksUsed = 0;
        _externalCount = 0;
        _quiescence = null;
        _events.Clear();
        _stepTasks.Clear();
        _bclEffects.Clear();
        _instants.Clear();
        EventsDropped = 0;
        _recording = recording;
        _eventLimit = eventLimit;
        Watch();
        Step = 0;
        HasFault = MayHaveFault = _hasSaid = false;
        _tasksEnded = 0;
        _clock.Assign(_execution, clock, null, 0, EntityId.Clock);
        _clock.Past = CausalState.Of(EntityId.Clock);
        _clock.Children = _clock.Objects = 0;
        if (!ReferenceEquals(clock.Shadow, _clock))
        {
            clock.Shadow = _clock;
        }

        _time.Assign(_execution, clock, null, 0, EntityId.Clock);
        _clockTask = clock.Task;
        _current = _clock;
    }

    /// <summary>The execution was not clean: what still holds its objects may use them at any time, and these shadows must not be another's then.</summary>
    internal void Discard()
    {
        foreach (var shadow in Objects)
        {
            shadow.Retire();
        }

        foreach (var shadow in Tasks)
        {
            shadow.Retire();
        }

        _objects.RemoveRange(0, _objectsUsed);
        _tasks.RemoveRange(0, _tasksUsed);
        _objectsUsed = _tasksUsed = 0;
    }

    /// <summary>Which execution shadows must be of to serve an object now.</summary>
    internal long Execution => _execution;

    /// <summary>A task of the program has faulted.</summary>
    internal bool HasFault { get; private set; }

    /// <summary>A task or a scope has recorded a fault: without one there is none to look for.</summary>
    internal bool MayHaveFault { get; private set; }

    /// <summary>Tasks that were spawned and have not ended.</summary>
    internal int LiveTasks => _tasksUsed - _tasksEnded;

    /// <summary>From now on events are this task's.</summary>
    internal void Enter(RuntimeTask task)
    {
        _current = ShadowOf(task);
        if (_recording)
        {
            _stepTasks.Add(_current);
        }
    }

    /// <summary>From now on events are the task's that the choice point has just let go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void EnterChosen()
    {
        if (_current is not null)
        {
            _current = null;
        }

        if (_recording)
        {
            _stepTasks.Add(Current);
        }
    }

    internal void EnterClock() => Enter(_clockTask);

    private TaskShadow FindCurrent() => _current = ShadowOf(_point.Current!);

    /// <summary>The fingerprint of the execution so far (design D8).</summary>
    internal UInt128 Fingerprint()
    {
        var sum = _clock.Past.Value;
        foreach (var task in Tasks)
        {
            Causality.Fingerprint.Add(ref sum, in task.Past);
        }

        return sum;
    }

    /// <summary>Hash of what the tasks noted; which task noted first makes no difference.</summary>
    internal ulong Outcome()
    {
        var sum = 0UL;
        if (!_hasSaid)
        {
            return sum;
        }

        foreach (var task in Tasks)
        {
            sum += task.Said == 0 ? 0 : SplitMix64.Mix(task.Id.Hash ^ task.Said);
        }

        return sum;
    }

    /// <summary>The task of each step, from step 1 on; kept with the events.</summary>
    internal IReadOnlyList<TaskShadow> StepTasks => _stepTasks;

    /// <summary>
    /// What objects of the BCL did something to in a step of a recorded execution: the other tasks that they resumed, and timers of the clock. The set
    /// outlives the execution.
    /// </summary>
    internal IReadOnlySet<EntityId> BclEffects(long step) => _bclEffects.TryGetValue(step, out var effects) ? effects : s_none;

    /// <summary>Nothing that happens from here on belongs to the execution.</summary>
    internal void StopRecording()
    {
        _recording = false;
        Watch();
    }

    /// <summary>What the live oracles say about an execution that ended.</summary>
    internal Verdict EndVerdict() => _oracles.Broken ?? _oracles.AtEnd() ?? Verdict.Passed;

    /// <summary>The shadow of a task of this execution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TaskShadow ShadowOf(RuntimeTask task) => Unsafe.As<TaskShadow>(task.Node.Shadow!);

    /// <summary>The shadow of an object; adopts one that is new to this execution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ObjectShadow ShadowOf(TracedObject target) =>
        Unsafe.As<ObjectShadow>(target.Shadow) is { } shadow && shadow.Serves(target, _execution) ? shadow : Adopt(target);

    public void Entering() => TaskCalls.Entering();

    public void Created(TracedObject target)
    {
        // A task gets its id when it is spawned. A delay's timer is pooled and says so at every delay: the id is that of its first one.
        if (target is not Cx && (target is not TaskDelay || target.Shadow is not ObjectShadow seen || !seen.Serves(target, _execution)))
        {
            Attach(target);
        }
    }

    public void Note(string text)
    {
        var current = Current;
        var said = current.Said + SplitMix64.Gamma;
        foreach (var c in text)
        {
            said = SplitMix64.Mix(said + c);
        }

        current.Said = said;
        _hasSaid = true;
        Keep(EventKind.None, null, 0, 0, text);
    }

    /// <summary>A task that waited for several things goes on with one of them: what it does next depends on which.</summary>
    internal void GoesOnWith(RuntimeTask task)
    {
        var operation = task.Pending(out var target);
        Causality.Fingerprint.Local(ref ShadowOf(task).Past, (ulong)operation ^ (target is null ? 0 : ShadowOf(target).Id.Hash));
    }

    /// <summary>Time moved. <paramref name="heldBack"/> says who could have run, for the trace.</summary>
    internal void Advanced(long from, long to, string? heldBack)
    {
        var current = Current;
        Causality.Fingerprint.Write(ref current.Past, ref _time.State, Causality.Fingerprint.IdOf(_time.Id, EventKind.ClockAdvanced));
        _listener?.OnAccess(current, _time, AccessKind.Write);
        _follower?.OnEvent(EventKind.ClockAdvanced, current, _time, AccessKind.Write, from, to);
        Keep(EventKind.ClockAdvanced, _time, from, to, heldBack);
    }

    public void On(EventKind kind, TracedObject? target, long a, long b)
    {
        if (IsOfObject(kind))
        {
            OnObject(kind, target!, a, b);
        }
        else if (kind == EventKind.CancelChecked)
        {
            OnLook(target!, a, b);
        }
        else
        {
            OnOther(kind, target, a, b);
        }
    }

    /// <summary>Primitives, and what programs declare to share: most events of most programs. All there is to do is the access and the rule of its kind.</summary>
    private static bool IsOfObject(EventKind kind) =>
        kind >= EventKind.ChannelReserveWaiting && (kind <= EventKind.StateRead || kind >= EventKind.SharedRead);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OnObject(EventKind kind, TracedObject target, long a, long b)
    {
        var current = Current;
        var shadow = ShadowOf(target);

        // A compare-exchange that failed has only read.
        var access = kind == EventKind.SharedExchanged && a != 1 ? AccessKind.Read : s_access[(int)kind];
        if (access == AccessKind.Write)
        {
            Causality.Fingerprint.Write(ref current.Past, ref shadow.State, Causality.Fingerprint.IdOf(shadow.Id, kind));
        }
        else
        {
            Causality.Fingerprint.Read(ref current.Past, ref shadow.State, Causality.Fingerprint.IdOf(shadow.Id, kind));
        }

        if (kind <= EventKind.NotifyCanceled && shadow.Creator is not null)
        {
            _oracles.OnPrimitive(kind, current, shadow, a, b);
        }

        if (_isWatched)
        {
            Tell(kind, current, shadow, access, a, b);
        }
    }

    /// <summary>Somebody looks whether a request was made. Of the events of a task's life these are half: at each start and end the scope's flag is looked at.</summary>
    private void OnLook(TracedObject target, long a, long b)
    {
        var current = Current;
        var isOwn = ReferenceEquals(target.Shadow, current);
        var shadow = isOwn ? current : ShadowOf(target);
        _oracles.OnLook(shadow, a != 0);
        if (isOwn)
        {
            current.Cx.Task.HasLooked = true;
            if (a == 0)
            {
                // Its own flag, not set: the steps' order says so when it is seen set.
                return;
            }

            Causality.Fingerprint.Local(ref current.Past, (ulong)current.Cx.Task.Polls);
        }

        Causality.Fingerprint.Read(ref current.Past, ref shadow.State, Causality.Fingerprint.IdOf(shadow.Id, EventKind.CancelChecked));
        if (_isWatched)
        {
            Tell(EventKind.CancelChecked, current, shadow, AccessKind.Read, a, b);
        }
    }

    private void OnOther(EventKind kind, TracedObject? target, long a, long b)
    {
        var current = Current;
        switch (kind)
        {
            case EventKind.TaskWoken when (target!.Shadow as TaskShadow)?.Execution != _execution:
                // Of an execution that has ended: the dispatch notices and keeps it apart.
                return;
            case EventKind.TimerSet:
                // When it is due depends on what time it is.
                Causality.Fingerprint.Read(ref current.Past, ref _time.State, Causality.Fingerprint.IdOf(_time.Id, EventKind.ClockRead));
                Queue(current, due: a);
                break;
            case EventKind.TaskSpawned:
                Spawned((Cx)target!);
                break;
            case EventKind.TaskCompleted:
                _tasksEnded++;
                if (a == (long)OutcomeKind.Faulted)
                {
                    HasFault = MayHaveFault = true;
                    _alarm.Raise();
                }

                break;
            case EventKind.ScopeFaulted:
                MayHaveFault = true;
                break;
        }

        ObjectShadow? shadow = null;
        if (target is not null)
        {
            shadow = ShadowOf(target);
        }
        else if (kind == EventKind.ClockRead)
        {
            shadow = _time;
        }

        var access = s_access[(int)kind];
        switch (access)
        {
            case AccessKind.Read when shadow is not null:
                Causality.Fingerprint.Read(ref current.Past, ref shadow.State, Causality.Fingerprint.IdOf(shadow.Id, kind));
                break;
            case AccessKind.Write when shadow is not null:
                Causality.Fingerprint.Write(ref current.Past, ref shadow.State, Causality.Fingerprint.IdOf(shadow.Id, kind));
                break;
            default:
                if (kind == EventKind.RandomDrawn)
                {
                    Causality.Fingerprint.Local(ref current.Past, (ulong)b);
                }

                break;
        }

        if (kind == EventKind.TimerFired && target is ITimer && shadow!.Creator is { } owner)
        {
            // It calls back into the BCL, for its owner: which of the owner's steps came before that shows in a WhenAny, a token, a tick.
            Causality.Fingerprint.Local(ref owner.Past, (ulong)owner.Cx.Task.Polls);
            Causality.Fingerprint.Read(ref owner.Past, ref shadow.State, Causality.Fingerprint.IdOf(shadow.Id, kind));
        }

        _oracles.On(kind, current, shadow, a, b, _timers.Now);
        if (_isWatched)
        {
            Tell(kind, current, shadow, access, a, b);
        }
    }

    /// <summary>Whoever wants to know of this execution, beyond the fingerprint and the rules.</summary>
    private void Tell(EventKind kind, TaskShadow current, ObjectShadow? shadow, AccessKind access, long a, long b)
    {
        if (_listener is { } listener && access != AccessKind.None && shadow is not null)
        {
            listener.OnAccess(current, shadow, access);
        }

        _follower?.OnEvent(kind, current, shadow, access, a, b);
        Keep(kind, shadow, a, b, null);
        if (_quiescence is { } asked && kind is EventKind.NotifyWaiting or EventKind.SemaphoreWaiting or EventKind.MutexWaiting
            or EventKind.ChannelReserveWaiting or EventKind.ChannelReceiveWaiting or EventKind.OneshotWaiting or EventKind.ModelWaiting)
        {
            asked.Parked(current);
        }
    }

    private void Watch() => _isWatched = _recording || _listener is not null || _follower is not null || _quiescence is not null;

    /// <summary>A timer joins those that are due at the same instant.</summary>
    private void Queue(TaskShadow task, long due)
    {
        if (due != long.MaxValue)
        {
            ref var line = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_instants, due, out _);
            Causality.Fingerprint.Write(ref task.Past, ref line, Causality.Fingerprint.IdOf(EntityId.Instant(due), EventKind.TimerSet));
        }
    }

    private void Spawned(Cx child)
    {
        if (child.Shadow is not TaskShadow shadow)
        {
            child.Shadow = shadow = new TaskShadow(_border);
        }

        var number = _tasksUsed;
        var parent = number == 0 ? null : Current;
        var ordinal = parent is null ? 0 : ++parent.Children;
        shadow.AssignTask(_execution, child, parent, ordinal, number);
        if (number == _tasks.Count)
        {
            _tasks.Add(shadow);
        }
        else if (!ReferenceEquals(_tasks[number], shadow))
        {
            _tasks[number] = shadow;
        }

        _tasksUsed++;
    }

    private ObjectShadow Adopt(TracedObject target) =>
        target switch
        {
            Cx => throw new InvalidOperationException(
                "A task of an earlier execution was used: something static (a field, a cache) outlives executions. Build everything anew in each."),
            _ => AttachExternal(target),
        };

    private ObjectShadow Attach(TracedObject target)
    {
        var current = Current;
        var ordinal = ++current.Objects;
        var shadow = Next();
        shadow.Assign(_execution, target, current, ordinal, current.Id.Object(ordinal));
        if (!ReferenceEquals(target.Shadow, shadow))
        {
            target.Shadow = shadow;
        }

        return shadow;
    }

    private ObjectShadow AttachExternal(TracedObject target)
    {
        // Made outside of the program (a static, a fixture's field): numbered in each execution by when it is first seen there, so that the number
        // does not depend on what ran before, and a replay finds the same.
        var ordinal = ++_externalCount;
        var shadow = Next();
        shadow.Assign(_execution, target, null, ordinal, EntityId.External(ordinal));
        target.Shadow = shadow;
        return shadow;
    }

    private ObjectShadow Next()
    {
        if (_objectsUsed == _objects.Count)
        {
            _objects.Add(new ObjectShadow(_border));
        }

        return _objects[_objectsUsed++];
    }

    private void Keep(EventKind kind, ObjectShadow? target, long a, long b, string? text)
    {
        if (!_recording)
        {
            return;
        }

        if (_events.Count >= _eventLimit)
        {
            EventsDropped++;
            return;
        }

        if (kind == EventKind.TaskWoken ? ((TaskShadow)target!).Cx.Task.IsPosted : target is { Target: ITimer })
        {
            if (!_bclEffects.TryGetValue(Step, out var effects))
            {
                _bclEffects.Add(Step, effects = []);
            }

            effects.Add(target.Id);
        }

        // The clock moves between steps, while the context of the last is still here. No line is better than that of another call.
        var (file, line) = kind != EventKind.ClockAdvanced && SynchronizationContext.Current is RuntimeTask { HasLeftSite: false } task
            ? (task.SiteFile, task.SiteLine)
            : ("", 0);
        _events.Add(new RecordedEvent(Step, Current, kind, target, a, b, _timers.Now, file, line, text));
    }
}
