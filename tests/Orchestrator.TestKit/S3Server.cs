using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.TestKit;

public enum S3Fault
{
    /// <summary>503, and nothing is done.</summary>
    SlowDown,

    /// <summary>The connection is reset in the middle of the body.</summary>
    Reset,

    /// <summary>An answer of half the body that says it is whole.</summary>
    Truncate,

    /// <summary>An answer with one bit changed.</summary>
    Flip,

    /// <summary>An ETag that is no MD5, as of encrypted objects.</summary>
    WrongETag,

    /// <summary>Done, and the answer is lost.</summary>
    LoseAnswer,
}

public sealed record S3Call(string Method, string Key, string Query);

/// <summary>One bucket's worth of S3's wire protocol on a free port of this machine, in memory, with faults on demand. Refuses every
/// request that is not signed right.</summary>
public sealed class S3Server : IDisposable
{
    public const string Bucket = "flows";
    public const string Secret = "test-secret-key";

    readonly WebApplication app;
    readonly string secret;
    readonly ConcurrentDictionary<string, (byte[] Content, string ETag)> objects = new();
    readonly ConcurrentDictionary<string, ConcurrentDictionary<int, (byte[] Content, string ETag)>> uploads = new();
    readonly List<(Func<S3Call, bool> Where, S3Fault Fault)> faults = [];
    readonly Lock gate = new();
    readonly List<S3Call> calls = [];

    // The same for every server of the process, so that tests may run side by side; a server that expects another secret refuses.
    static S3Server()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3Signature.KeyId);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);
        Environment.SetEnvironmentVariable("AWS_SESSION_TOKEN", null);
    }

    public S3Server(string secret = Secret)
    {
        this.secret = secret;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.AllowSynchronousIO = true;
            });
        app = builder.Build();
        app.Run(Answer);
        app.StartAsync().GetAwaiter().GetResult();
        Endpoint = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public string Endpoint { get; }

    public string Address => $"s3://{Bucket}/runs?endpoint={Endpoint}";

    public IDictionary<string, byte[]> Objects => objects.ToDictionary(o => o.Key, o => o.Value.Content);

    public int OpenUploads => uploads.Count;

    public IReadOnlyList<S3Call> Calls
    {
        get
        {
            lock (gate)
                return [.. calls];
        }
    }

    public void Forget()
    {
        lock (gate)
            calls.Clear();
    }

    public void Set(string key, byte[] content) => objects[key] = (content, "\"x\"");

    public void Remove(string key) => Assert.True(objects.TryRemove(key, out _));

    /// <summary>The next requests of which <paramref name="where"/> holds go wrong, once for each fault.</summary>
    public void Next(Func<S3Call, bool> where, params IEnumerable<S3Fault> fault)
    {
        lock (gate)
            faults.AddRange(fault.Select(f => (where, f)));
    }

    public void Dispose() => app.DisposeAsync().AsTask().GetAwaiter().GetResult();

    async Task Answer(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!.TrimStart('/');
        var call = new S3Call(
            request.Method,
            path.StartsWith($"{Bucket}/", StringComparison.Ordinal) ? path[(Bucket.Length + 1)..] : "",
            request.QueryString.Value!
        );
        var fault = Note(call);
        if (fault == S3Fault.SlowDown)
        {
            await Refuse(context, 503, "SlowDown");
            return;
        }

        if (fault == S3Fault.Reset && request.Method != "GET")
        {
            _ = await request.Body.ReadAsync(new byte[16]);
            context.Abort();
            return;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var content = body.ToArray();
        if (!S3Signature.IsRight(context, content, secret))
            await Refuse(context, 403, "SignatureDoesNotMatch");
        else if (request.Headers["x-amz-checksum-sha256"] is [{ } checksum] && checksum != Convert.ToBase64String(SHA256.HashData(content)))
            await Refuse(context, 400, "BadDigest");
        else if (path.Split('/')[0] != Bucket)
            await Refuse(context, 404, "NoSuchBucket");
        else
            await Serve(context, call, content, fault);
    }

    S3Fault? Note(S3Call call)
    {
        lock (gate)
        {
            calls.Add(call);
            var at = faults.FindIndex(f => f.Where(call));
            if (at < 0)
                return null;
            var fault = faults[at].Fault;
            faults.RemoveAt(at);
            return fault;
        }
    }

    Task Serve(HttpContext context, S3Call call, byte[] content, S3Fault? fault)
    {
        var query = context.Request.Query;
        var upload = query["uploadId"].ToString();
        switch (call.Method)
        {
            case "GET" when query.ContainsKey("list-type"):
                return List(context, query["prefix"].ToString(), query["continuation-token"].ToString());
            case "GET":
                return Send(context, call.Key, fault);
            case "POST" when query.ContainsKey("uploads"):
                var id = $"upload-{uploads.Count + 1}";
                uploads[id] = new();
                return Xml(
                    context,
                    new XElement(
                        "InitiateMultipartUploadResult",
                        new XElement("Bucket", Bucket),
                        new XElement("Key", call.Key),
                        new XElement("UploadId", id)
                    )
                );
            case "POST" when uploads.TryRemove(upload, out var parts):
                return Complete(context, call.Key, parts, content, fault);
            case "PUT" when upload.Length == 0:
                objects[call.Key] = (content, ETag(content, fault));
                context.Response.Headers.ETag = objects[call.Key].ETag;
                return Done(context, fault, 200);
            case "PUT" when uploads.TryGetValue(upload, out var open):
                open[int.Parse(query["partNumber"]!, CultureInfo.InvariantCulture)] = (content, ETag(content, fault));
                context.Response.Headers.ETag = ETag(content, fault);
                return Done(context, fault, 200);
            case "DELETE" when upload.Length == 0:
                objects.TryRemove(call.Key, out _);
                return Done(context, fault, 204);
            case "DELETE" when uploads.TryRemove(upload, out _):
                return Done(context, fault, 204);
            default:
                return Refuse(context, 404, "NoSuchUpload");
        }
    }

    /// <summary>Pages of three, so that paging is used.</summary>
    Task List(HttpContext context, string prefix, string after)
    {
        var found = objects
            .Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(o.Key, after) > 0)
            .OrderBy(o => o.Key, StringComparer.Ordinal)
            .ToArray();
        var page = found.Take(3).ToArray();
        return Xml(
            context,
            new XElement(
                "ListBucketResult",
                new XElement("IsTruncated", found.Length > page.Length),
                found.Length > page.Length ? new XElement("NextContinuationToken", page[^1].Key) : null,
                page.Select(o => new XElement(
                    "Contents",
                    new XElement("Key", o.Key),
                    new XElement("Size", o.Value.Content.Length),
                    new XElement("ETag", o.Value.ETag)
                ))
            )
        );
    }

    async Task Send(HttpContext context, string key, S3Fault? fault)
    {
        if (!objects.TryGetValue(key, out var found))
        {
            await Refuse(context, 404, "NoSuchKey");
            return;
        }

        var content = (byte[])found.Content.Clone();
        if (context.Request.GetTypedHeaders().Range?.Ranges.Single() is { From: { } from } range)
        {
            var to = range.To ?? long.MaxValue - 1;
            if (from >= content.Length)
            {
                await Refuse(context, 416, "InvalidRange");
                return;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{Math.Min(to, content.Length - 1)}/{content.Length}";
            content = content[(int)from..(int)Math.Min(to + 1, content.Length)];
        }

        if (fault == S3Fault.Flip)
            content[content.Length / 2] ^= 4;
        if (fault == S3Fault.Truncate)
            content = content[..(content.Length / 2)];
        context.Response.Headers.ETag = found.ETag;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(fault == S3Fault.Reset ? content.AsMemory(..(content.Length / 2)) : content);
        await context.Response.Body.FlushAsync();
        if (fault == S3Fault.Reset)
            context.Abort();
    }

    Task Complete(
        HttpContext context,
        string key,
        ConcurrentDictionary<int, (byte[] Content, string ETag)> parts,
        byte[] order,
        S3Fault? fault
    )
    {
        var named = XDocument
            .Load(new MemoryStream(order))
            .Descendants()
            .Where(e => e.Name.LocalName == "Part")
            .Select(e => (Number: int.Parse(Value(e, "PartNumber"), CultureInfo.InvariantCulture), ETag: Value(e, "ETag")))
            .ToArray();
        if (named.Any(part => !parts.TryGetValue(part.Number, out var sent) || sent.ETag.Trim('"') != part.ETag.Trim('"')))
            return Refuse(context, 400, "InvalidPart");
        if (named[..^1].Any(part => parts[part.Number].Content.Length < 5 << 20))
            return Refuse(context, 400, "EntityTooSmall");
        byte[] whole = [.. named.SelectMany(part => parts[part.Number].Content)];
        objects[key] = (whole, $"\"{Convert.ToHexStringLower(MD5.HashData(whole))}-{named.Length}\"");
        if (fault == S3Fault.LoseAnswer)
            return Done(context, fault, 200);
        return Xml(
            context,
            new XElement(
                "CompleteMultipartUploadResult",
                new XElement("Bucket", Bucket),
                new XElement("Key", key),
                new XElement("ETag", objects[key].ETag)
            )
        );

        static string Value(XElement part, string name) => part.Elements().Single(e => e.Name.LocalName == name).Value;
    }

    static string ETag(byte[] content, S3Fault? fault) =>
        fault == S3Fault.WrongETag ? "\"not-an-md5\"" : $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";

    static Task Done(HttpContext context, S3Fault? fault, int status)
    {
        context.Response.StatusCode = status;
        if (fault == S3Fault.LoseAnswer)
            context.Abort();
        return Task.CompletedTask;
    }

    static Task Refuse(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return Xml(
            context,
            new XElement("Error", new XElement("Code", code), new XElement("Message", $"{code}: {context.Request.Headers.Authorization}"))
        );
    }

    static Task Xml(HttpContext context, XElement content)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(new XDocument(content).ToString());
    }
}
