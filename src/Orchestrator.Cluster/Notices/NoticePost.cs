using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Orchestrator.Cluster.Notices;

/// <summary>Posts JSON to an address that is its own secret: no fault names more of it than its host.</summary>
static class NoticePost
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Whoever answers with another address does not get what was meant for this one; this machine is called without a proxy.
    static readonly HttpClient ThroughProxy = Client(useProxy: true),
        Direct = Client(useProxy: false);

    static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <param name="headers">Further ones.</param>
    public static async Task<NoticeDelivery> SendAsync(
        Uri address,
        byte[] json,
        IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken cancel
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new ByteArrayContent(json) { Headers = { ContentType = Json } };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var client = address.IsLoopback ? Direct : ThroughProxy;
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
            return response.IsSuccessStatusCode ? NoticeDelivery.Arrived : Refused(response);
        }
        catch (HttpRequestException error)
        {
            return new NoticeDelivery($"{address.Host}: {error.InnerException?.Message ?? $"{error.HttpRequestError}"}");
        }
        catch (OperationCanceledException)
        {
            return new NoticeDelivery(
                string.Create(CultureInfo.InvariantCulture, $"{address.Host}: no answer in {Patience.TotalSeconds} s")
            );
        }
    }

    // What is wrong with the message stays so; a wrong secret or path may be mended.
    static NoticeDelivery Refused(HttpResponseMessage response)
    {
        var isFinal =
            response.StatusCode
            is HttpStatusCode.BadRequest
                or HttpStatusCode.Gone
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnprocessableEntity;
        var why = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}");
        return new NoticeDelivery(why, isFinal, response.Headers.RetryAfter?.Delta);
    }

    static HttpClient Client(bool useProxy) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = useProxy,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
