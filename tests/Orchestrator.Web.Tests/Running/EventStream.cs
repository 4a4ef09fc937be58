using System.Text.Json;

namespace Orchestrator.Web.Tests.Running;

/// <summary>Reads server-sent events as a browser does.</summary>
sealed class EventStream : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly HttpResponseMessage _response;
    readonly StreamReader _lines;

    EventStream(HttpResponseMessage response, StreamReader lines) => (_response, _lines) = (response, lines);

    /// <summary>Id of the last event that had one.</summary>
    public string? LastId { get; private set; }

    public static async Task<EventStream> OpenAsync(HttpClient client, string? after = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var stream = new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancel)));
        return stream;
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <returns>Null at the end of the stream.</returns>
    public async Task<(string Type, JsonElement Data)?> NextAsync()
    {
        var (type, data) = ("message", "");
        while (await _lines.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                LastId = line[4..];
            else if (line.Length == 0 && data.Length > 0)
                return (type, JsonSerializer.Deserialize<JsonElement>(data));
        }

        return null;
    }

    /// <summary>The first event from here on of which it is true.</summary>
    public Task<JsonElement> UntilAsync(string type, Func<JsonElement, bool> isIt) => FindAsync(type, isIt).WaitAsync(Patience, Cancel);

    /// <summary>Until the node ends the stream, in whatever way.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (await NextAsync().WaitAsync(Patience, Cancel) is not null) { }
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // not an orderly end
        }
    }

    async Task<JsonElement> FindAsync(string type, Func<JsonElement, bool> isIt)
    {
        while (await NextAsync() is { } next)
            if (next.Type == type && isIt(next.Data))
                return next.Data;
        throw new EndOfStreamException($"no {type} of that kind before the end");
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
