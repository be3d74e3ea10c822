using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;
using NUnit.Framework.Internal.Execution;

namespace Lab.Properties.Testing;

/// <summary>
/// Runs a fixture with NUnit's own builder and work items inside the running test, and hands back its results. The fixtures are generic classes:
/// the outer run does not discover those.
/// </summary>
internal static class NestedRun
{
    /// <summary>The results by method name.</summary>
    internal static Dictionary<string, ITestResult> Of(Type fixture) => Run(fixture, TestFilter.Empty);

    /// <summary>The result of one method, which runs alone.</summary>
    internal static ITestResult Of(Type fixture, string method) => Run(fixture, TestFilter.FromXml($"<filter><method>{method}</method></filter>"))[method];

    private static Dictionary<string, ITestResult> Run(Type fixture, TestFilter filter)
    {
        using var isolated = new TestExecutionContext.IsolatedContext();
        var suite = new DefaultSuiteBuilder().BuildFrom(new TypeWrapper(fixture));
        var context = new TestExecutionContext { Dispatcher = new Inline() };
        var work = WorkItemBuilder.CreateWorkItem(suite, filter, recursive: true)!;
        work.InitializeContext(context);
        work.Execute();
        var results = new Dictionary<string, ITestResult>();
        Collect(work.Result, results);
        return results;
    }

    private static void Collect(ITestResult result, Dictionary<string, ITestResult> results)
    {
        if (!result.Test.IsSuite)
        {
            results.Add(result.Test.MethodName!, result);
        }

        foreach (var child in result.Children)
        {
            Collect(child, results);
        }
    }

    /// <summary>Runs work items on the calling thread.</summary>
    private sealed class Inline : IWorkItemDispatcher
    {
        public int LevelOfParallelism => 0;

        public void Start(WorkItem topLevelWorkItem) => topLevelWorkItem.Execute();

        public void Dispatch(WorkItem work) => work.Execute();

        public void CancelRun()
        {
        }
    }
}
