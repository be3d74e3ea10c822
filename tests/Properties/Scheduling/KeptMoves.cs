namespace Lab.Properties.Scheduling;

/// <summary>Where the machine can go from one state, and what went wrong on the way.</summary>
internal sealed class KeptMoves
{
    internal List<KeptState> States { get; } = [];

    internal string? Error { get; private set; }

    internal void Add(in KeptState state) => States.Add(state);

    internal void Fail(string error) => Error ??= error;

    /// <summary>A step begins.</summary>
    internal void BeginStep(ref KeptState state, bool byKeeper)
    {
        if (state.Runs)
        {
            Fail("two steps at once");
        }

        if (state.IsRetired)
        {
            Fail("a step of a retired task");
        }

        if (!byKeeper && (state.IsHeld || KeptBuffer.HoldsInbox(state.Buffer)))
        {
            Fail("a step while its keeper puts something into its inbox");
        }

        state.Runs = true;
    }
}
