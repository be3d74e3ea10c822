using System.Runtime.CompilerServices;

namespace Lab.Core.Tasks;

public sealed partial class Cx
{
    /// <summary>
    /// Runs <paramref name="body"/> in a scope and leaves it when everything in it has ended. The body is a member: a child's fault cancels body and
    /// siblings, a throwing body cancels the children. The first exception that is not a cancellation is rethrown, the others attached under
    /// <see cref="Scope.OtherFaults"/>.
    /// </summary>
    /// <remarks>
    /// Await it. A task that ends before cancels what it left open, here and in <see cref="OpenScope"/>, and does not wait for it: what does not stop when it is
    /// asked to then runs on, and no shutdown waits for it or reports it. The lab calls that a leak.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public async Task ScopeAsync(Func<Scope, Task> body, ScopeOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        Enter(file, line);
        var outer = _layer;
        var scope = Task.Host.Open(this, outer, options);
        PushLayer(scope);
        try
        {
            await body(scope);
        }
        catch (Exception e)
        {
            scope.BodyFailed(e);
        }

        PopLayer(outer);

        if (scope.TryCloseAtOnce(this))
        {
            HideLayer(scope);
            return;
        }

        // Spelled out here and not a call of its own: a second async method would cost three allocations a scope.
        var isFirst = scope.BeginClosing();
        HideLayer(scope);
        await scope.DrainAsync(this);
        if (isFirst)
        {
            if (scope.HasFinalizers)
            {
                await scope.FinalizeAsync(this);
            }

            scope.EndClosing();
        }

        scope.ThrowFault();
    }

    /// <summary>Like <see cref="ScopeAsync(Func{Scope, Task}, ScopeOptions?, string, int)"/>, with a result.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public async Task<T> ScopeAsync<T>(Func<Scope, Task<T>> body, ScopeOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        var result = default(T);
        await ScopeAsync(async scope => { result = await body(scope); }, options, file, line);
        return result!;
    }

    /// <summary>
    /// Opens a scope whose lexical extent is yours: <c>await using var s = cx.OpenScope(); ... await s.JoinAsync(cx);</c>. Disposal without joining
    /// cancels and drains. The body is not a member: a child's fault cancels its siblings only.
    /// </summary>
    public Scope OpenScope(ScopeOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Enter(file, line);
        var scope = Task.Host.Open(this, _layer, options);
        Opened(scope);
        return scope;
    }
}
