using System.Reflection;
using System.Runtime.ExceptionServices;
using Lab.Core.Tasks;
using Lab.Execution;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Lab.Testing;

/// <summary>A test method as a program of the lab: what one execution does, from a new fixture to its disposal.</summary>
internal sealed class FixtureProgram
{
    private readonly MethodInfo _method;
    private readonly Type _fixture;
    private readonly object?[] _arguments;
    private readonly List<Level> _levels;
    private long _judged;
    private ResultStateException? _withdrawn;

    static FixtureProgram() => TestContexts.IsolateWith(static () => new TestExecutionContext.IsolatedContext());

    internal FixtureProgram(MethodInfo method, Type fixture, object?[] arguments)
    {
        _method = method;
        _fixture = fixture;
        _arguments = arguments;
        _levels = Levels(fixture);
    }

    /// <summary>Why executions said that they show nothing (Assume, Ignore), if all of them did.</summary>
    internal ResultStateException? Withdrawn => Interlocked.Read(ref _judged) == 0 ? _withdrawn : null;

    internal async Task RunAsync(Cx cx)
    {
        try
        {
            await RunFixtureAsync(cx);
            Interlocked.Increment(ref _judged);
        }
        catch (ResultStateException e) when (e.ResultState.Status == TestStatus.Passed)
        {
            Interlocked.Increment(ref _judged);
        }
        catch (ResultStateException e) when (e.ResultState.Status is TestStatus.Inconclusive or TestStatus.Skipped)
        {
            _withdrawn = e;
        }
    }

    private async Task RunFixtureAsync(Cx cx)
    {
        var fixture = _fixture is { IsAbstract: true, IsSealed: true } ? null : Construct();
        ExceptionDispatchInfo? error = null;
        var entered = 0;
        try
        {
            for (; entered < _levels.Count; entered++)
            {
                await InvokeAllAsync(_levels[entered].SetUps, fixture);
            }

            await InvokeTestAsync(fixture, cx);
        }
        catch (Exception e)
        {
            error = ExceptionDispatchInfo.Capture(e);
        }

        // A level whose set-up failed half-way is torn down too, as NUnit does.
        for (var i = Math.Min(entered, _levels.Count - 1); i >= 0; i--)
        {
            error = Earlier(error, await TryAsync(() => InvokeAllAsync(_levels[i].TearDowns, fixture)));
        }

        error = Earlier(error, await TryAsync(() => DisposeAsync(fixture)));
        error?.Throw();
    }

    private object Construct()
    {
        try
        {
            return Activator.CreateInstance(_fixture, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, _arguments, null)!;
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private Task InvokeTestAsync(object? fixture, Cx cx)
    {
        var target = _method.IsStatic ? null : fixture;
        return _method.ReturnType == typeof(ValueTask)
            ? _method.CreateDelegate<Func<Cx, ValueTask>>(target)(cx).AsTask()
            : _method.CreateDelegate<Func<Cx, Task>>(target)(cx);
    }

    private static async Task InvokeAllAsync(List<MethodInfo> methods, object? fixture)
    {
        foreach (var method in methods)
        {
            var result = method.Invoke(method.IsStatic ? null : fixture, BindingFlags.DoNotWrapExceptions, null, null, null);
            await (result switch
            {
                Task task => task,
                ValueTask task => task.AsTask(),
                _ => Task.CompletedTask,
            });
        }
    }

    private static async Task DisposeAsync(object? fixture)
    {
        switch (fixture)
        {
            case IAsyncDisposable asynchronous:
                await asynchronous.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    private static async Task<ExceptionDispatchInfo?> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception e)
        {
            return ExceptionDispatchInfo.Capture(e);
        }
    }

    private static ExceptionDispatchInfo? Earlier(ExceptionDispatchInfo? first, ExceptionDispatchInfo? second) => first ?? second;

    /// <summary>The classes of the fixture that have such methods, base first.</summary>
    private static List<Level> Levels(Type fixture)
    {
        var levels = new List<Level>();
        for (var type = fixture; type is not null && type != typeof(object); type = type.BaseType)
        {
            var level = new Level(Declared<SetUpAttribute>(type), Declared<TearDownAttribute>(type));
            if (level.SetUps.Count + level.TearDowns.Count > 0)
            {
                levels.Insert(0, level);
            }
        }

        Deduplicate(levels);
        return levels;
    }

    private static List<MethodInfo> Declared<T>(Type type)
        where T : Attribute =>
        [.. type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(static method => method.IsDefined(typeof(T), inherit: false))];

    /// <summary>A virtual method and its override are one: it runs at the level that declared it first.</summary>
    private static void Deduplicate(List<Level> levels)
    {
        var seen = new HashSet<MethodInfo>();
        foreach (var level in levels)
        {
            level.SetUps.RemoveAll(method => !seen.Add(method.GetBaseDefinition()));
            level.TearDowns.RemoveAll(method => !seen.Add(method.GetBaseDefinition()));
        }
    }

    private sealed record Level(List<MethodInfo> SetUps, List<MethodInfo> TearDowns);
}
