using Lab.Core.Observing;
using Lab.Core.Tasks;

namespace Lab.Causality;

/// <summary>What the lab knows of one task in one execution.</summary>
internal sealed class TaskShadow(IBorder? border = null) : ObjectShadow(border)
{
    /// <summary>The task's half of the fingerprint.</summary>
    internal CausalState Past;

    /// <summary>Hash of its notes, in order; 0 while it has made none.</summary>
    internal ulong Said;

    /// <summary>Tasks and objects it has made so far; their ordinals start at 1.</summary>
    internal int Children;
    internal int Objects;

    /// <summary>Dense number in order of creation; 0 is the program's first task. Depends on the run: never in a file.</summary>
    internal int Number;

    internal Cx Cx => (Cx)Target!;

    internal override string Text =>
        Creator is not null ? EntityText.Child(Creator.Text, Ordinal) : Id == EntityId.Clock ? EntityText.Clock : EntityText.Root;

    internal void AssignTask(long execution, Cx cx, TaskShadow? parent, int ordinal, int number)
    {
        Assign(execution, cx, parent, ordinal, parent is null ? EntityId.Root : parent.Id.Child(ordinal));
        Past = CausalState.Of(Id);
        Said = 0;
        Children = 0;
        Objects = 0;
        Number = number;
    }
}
