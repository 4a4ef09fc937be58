using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.TestKit;

/// <summary>What somebody posted.</summary>
public sealed record Posted(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Takes what is posted to it, at a free port of this machine.</summary>
public sealed class HookServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly WebApplication _app;
    readonly Channel<Posted> _posted = Channel.CreateUnbounded<Posted>();
    readonly ConcurrentQueue<int> _answers = new();

    HookServer(WebApplication app) => _app = app;

    /// <param name="port">0: any free one.</param>
    public static async Task<HookServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        var app = builder.Build();
        var server = new HookServer(app);
        app.MapFallback(server.TakeAsync);
        await app.StartAsync();
        return server;
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>The next calls are answered by these codes, those after them by 200.</summary>
    public void AnswerBy(params int[] codes) => Array.ForEach(codes, _answers.Enqueue);

    /// <summary>The next call, whatever it was answered.</summary>
    public async Task<Posted> NextAsync() =>
        await _posted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>How many calls nobody has asked for.</summary>
    public int Left => _posted.Reader.Count;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        context.Response.StatusCode = _answers.TryDequeue(out var code) ? code : StatusCodes.Status200OK;
        if (context.Response.StatusCode is >= 300 and < 400)
            context.Response.Headers.Location = "/elsewhere";
        if (context.Response.StatusCode == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "60";
        _posted.Writer.TryWrite(new Posted(context.Request.Path, headers, body.ToArray()));
    }
}
