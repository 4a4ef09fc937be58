using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>Server-sent events: those who listen hear what is published, and who says where it was goes on from there.</summary>
sealed class FakeEvents
{
    readonly Lock gate = new();
    readonly List<string> published = [];
    readonly List<Channel<string>> listeners = [];
    TaskCompletionSource listened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> ResumedFrom { get; } = new();

    public Task ListenedAsync()
    {
        lock (gate)
            return listened.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void Publish(string type, string data)
    {
        lock (gate)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"id: {published.Count + 1}\nevent: {type}\ndata: {data}\n\n");
            published.Add(text);
            foreach (var listener in listeners)
                listener.Writer.TryWrite(text);
        }
    }

    public void Disconnect()
    {
        lock (gate)
        {
            foreach (var listener in listeners)
                listener.Writer.TryComplete();
            listeners.Clear();
            listened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task ServeAsync(HttpContext context)
    {
        var channel = Channel.CreateUnbounded<string>();
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": here\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        lock (gate)
        {
            if (context.Request.Headers["Last-Event-ID"] is [{ } last])
            {
                ResumedFrom.Enqueue(last);
                foreach (var text in published.Skip(int.Parse(last, CultureInfo.InvariantCulture)))
                    channel.Writer.TryWrite(text);
            }

            listeners.Add(channel);
            listened.TrySetResult();
        }

        try
        {
            await foreach (var text in channel.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(text, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // the page went away
        }
    }
}
