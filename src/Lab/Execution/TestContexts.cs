using System.Diagnostics.CodeAnalysis;

namespace Lab.Execution;

/// <summary>
/// Keeps executions apart where the framework of a test counts failed assertions in the test's own context, as NUnit does. One that an execution is meant to
/// find, or catches, would fail the test nevertheless, and the message of the second would tell of both, as if the program were nondeterministic.
/// </summary>
internal static class TestContexts
{
    // Lab does not depend on NUnit and finds it by its name, for tests that call the lab themselves. Null: there is none in the process.
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    private static readonly Type? s_nunit = Type.GetType("NUnit.Framework.Internal.TestExecutionContext+IsolatedContext, nunit.framework");

    private static Func<IDisposable>? s_isolated;

    /// <summary>For a framework that knows the lab: what to begin before a program starts, and to end right after.</summary>
    internal static void IsolateWith(Func<IDisposable> isolated) => Volatile.Write(ref s_isolated, isolated);

    /// <summary>What starts before the result is disposed counts for itself. Null where nothing needs to be kept apart.</summary>
    internal static IDisposable? Isolate() =>
        Volatile.Read(ref s_isolated) is { } isolated ? isolated()
        : s_nunit is null ? null
        : (IDisposable)Activator.CreateInstance(s_nunit)!;
}
