using System.IO.Compression;
using System.Text.Json;
using Orchestrator.Sweeps;

namespace Orchestrator.Web.Limits;

/// <summary>A whole answer in memory, which any number of callers may be sent.</summary>
sealed class Answer(byte[] content, string contentType)
{
    const int WorthCompressing = 1 << 10;

    readonly Lazy<byte[]?> _compressed = new(() => content.Length < WorthCompressing ? null : Compress(content));

    public byte[] Content => content;

    public string ContentType => contentType;

    /// <summary>Gzip of the content; null where that would not pay.</summary>
    public byte[]? Compressed => _compressed.Value;

    /// <summary>Memory that it takes.</summary>
    public long Bytes => content.Length + (_compressed.IsValueCreated ? _compressed.Value?.Length ?? 0 : 0);

    public static Answer Json(object value, JsonSerializerOptions? dialect = null) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, dialect ?? OrchestratorJson.Compact), "application/json; charset=utf-8");

    static byte[] Compress(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(content);
        return compressed.ToArray();
    }
}
