using Lab.Linearizability;

namespace Lab.Properties.Linearizability;

/// <summary>Histories that are written down: who, what, from when to when, with which answer.</summary>
internal sealed class Written<TObject, TState>(Specification<TObject, TState> specification)
{
    private readonly List<RecordedCall> _calls = [];

    internal IReadOnlyList<RecordedCall> Calls => _calls;

    internal Written<TObject, TState> Value(char task, string call, int called, int returned, object? value) => Add(task, call, called, returned, Answer.Of(value));

    internal Written<TObject, TState> Done(char task, string call, int called, int returned) => Add(task, call, called, returned, Answer.Done);

    internal Written<TObject, TState> Canceled(char task, string call, int called, int returned, int? parked = null) =>
        Add(task, call, called, returned, Answer.Canceled, parked);

    internal Written<TObject, TState> Pending(char task, string call, int called, int? parked = null) => Add(task, call, called, null, default, parked);

    internal Written<TObject, TState> Parked(char task, string call, int called, int parked, int returned) =>
        Add(task, call, called, returned, Answer.Done, parked);

    internal Judgement Judge(bool isQuiescent = false) => specification.Judge(_calls, isQuiescent);

    private Written<TObject, TState> Add(char task, string call, int called, int? returned, Answer answer, int? parked = null)
    {
        _calls.Add(new RecordedCall
        {
            Task = task - 'A' + 1, Call = specification[call], Called = called, Returned = returned, Answer = answer, Parked = parked,
        });
        return this;
    }
}
