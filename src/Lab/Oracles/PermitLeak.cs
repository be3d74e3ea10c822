using Lab.Causality;

namespace Lab.Oracles;

/// <summary>A task that ends normally has sent or aborted every reservation it took.</summary>
internal sealed class PermitLeak(Breach breach) : LiveOracle("permit-leak", breach)
{
    internal void Taken() => Judged++;

    internal void Leaked(TaskShadow task, ObjectShadow primitive) => Report(
        VerdictKind.PermitLeak,
        $"{TaskText.Of(task)} ended normally and left a permit of {primitive} unresolved (its last call: {TaskText.Site(task.Cx.Task)}); send or dispose every permit");
}
