using System.Net;
using Lab.Core.Tasks;
using Polly;

namespace Lab.Snapshots.Controlled;

#pragma warning disable RS0030, CA2016, CA1849, CA2022 // The table shows what users should not write.

/// <summary>Code of others, called as its documents say.</summary>
internal static class Libraries
{
    internal static Construct[] All { get; } =
    [
        Construct.Of("Polly: `ResilienceContextPool.Shared.Get(continueOnCapturedContext: true)`, `TimeProvider = cx.Clock`", static cx => RetryAsync(cx, captured: true)),
        Construct.Of("Polly without `continueOnCapturedContext`", static cx => RetryAsync(cx, captured: false), "as above"),
        new("`HttpClient` over a handler that answers at once", static async (cx, _) =>
        {
            using var client = new HttpClient(new Handler(static _ => Task.CompletedTask)) { Timeout = Timeout.InfiniteTimeSpan };
            using var answer = await client.GetAsync("http://example.com");
            return answer.StatusCode;
        }),
        Construct.Of("`HttpClient` over a handler that waits, also on `cx.Clock`", static async cx =>
        {
            using var client = new HttpClient(new Handler(_ => Task.Delay(TimeSpan.FromSeconds(1), cx.Clock))) { Timeout = Timeout.InfiniteTimeSpan };
            using var answer = await client.GetAsync("http://example.com");
        }, "an interface above the client, and a fake of it"),
        Construct.Of("`HttpMessageInvoker` over such a handler", static async cx =>
        {
            using var invoker = new HttpMessageInvoker(new Handler(_ => Task.Delay(TimeSpan.FromSeconds(1), cx.Clock)));
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://example.com");
            using var answer = await invoker.SendAsync(request, cx.CancellationToken);
        }),
        Construct.Of("sockets, `HttpClient` over the network", static async cx =>
        {
            using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var client = new System.Net.Sockets.TcpClient();
            client.Connect((IPEndPoint)listener.LocalEndpoint);
            using var server = listener.AcceptTcpClient();
            new Thread(() =>
            {
                Trial.UntilTheLabWaits();
                client.GetStream().WriteByte(1);
            }).Start();
            await server.GetStream().ReadAsync(new byte[1]);
        }, "an interface above it, and a fake of it"),
    ];

    private static async Task RetryAsync(Cx cx, bool captured)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = cx.Clock }
            .AddRetry(new() { Delay = TimeSpan.FromHours(1) })
            .AddTimeout(TimeSpan.FromHours(1))
            .Build();
        var context = ResilienceContextPool.Shared.Get(captured, cx.CancellationToken);
        var attempts = 0;
        await pipeline.ExecuteAsync(
            async c =>
            {
                if (attempts++ == 0)
                {
                    await Task.Delay(TimeSpan.FromHours(2), cx.Clock, c.CancellationToken);
                }
            },
            context);
        ResilienceContextPool.Shared.Return(context);
    }

    private sealed class Handler(Func<CancellationToken, Task> wait) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await wait(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
        }
    }
}
