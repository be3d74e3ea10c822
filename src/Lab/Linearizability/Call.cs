namespace Lab.Linearizability;

/// <summary>A call of an object under test: which of its commands, with which argument.</summary>
public sealed class Call
{
    internal const string CancelName = "cancel";

    private Call(string name, int command, int target, object? argument, string text)
    {
        Name = name;
        Command = command;
        Target = target;
        Argument = argument;
        Text = text;
    }

    /// <summary>The command's name.</summary>
    public string Name { get; }

    /// <summary>Null for a command without an argument.</summary>
    public object? Argument { get; }

    /// <summary>For example <c>push(1)</c>.</summary>
    internal string Text { get; }

    /// <summary>Index of the command; -1 for a cancellation.</summary>
    internal int Command { get; }

    /// <summary>Index of the task to cancel, from 0; -1 for any other call.</summary>
    internal int Target { get; }

    internal bool IsCancellation => Target >= 0;

    /// <summary><c>push(1)</c>, <c>pop()</c>, <c>cancel(B)</c>.</summary>
    public override string ToString() => Text;

    internal static Call Of(string name, int command, object? argument) => new(name, command, -1, argument, $"{name}({Answer.TextOf(argument)})");

    internal static Call Of(string name, int command) => new(name, command, -1, null, $"{name}()");

    /// <summary>Not a call of the object: cancels a task, and whatever it calls then.</summary>
    internal static Call Cancel(int target) => new(CancelName, -1, target, null, $"{CancelName}({ConcurrentCalls.NameOf(target)})");
}
