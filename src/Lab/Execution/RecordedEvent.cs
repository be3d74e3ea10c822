using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Execution;

/// <summary>One event of an execution that is recorded in full.</summary>
internal readonly record struct RecordedEvent(
    long Step, TaskShadow Task, EventKind Kind, ObjectShadow? Target, long A, long B, long Time, string File, int Line, string? Text);
