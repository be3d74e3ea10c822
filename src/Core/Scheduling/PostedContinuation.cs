namespace Lab.Core.Scheduling;

/// <summary>A continuation that the BCL posted to a task's synchronization context.</summary>
internal sealed class PostedContinuation(SendOrPostCallback callback, object? state) : InboxItem
{
    internal override void Run() => callback(state);
}
