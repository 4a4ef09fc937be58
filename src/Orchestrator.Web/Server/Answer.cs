using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Orchestrator.Sweeps;

namespace Orchestrator.Web.Server;

/// <summary>A whole answer in memory, which any number of callers may be sent: it is compressed, and its tag is made, once for all of
/// them.</summary>
sealed class Answer
{
    const int WorthCompressing = 1 << 10;

    readonly Lazy<byte[]?> _compressed;
    readonly Lazy<EntityTagHeaderValue> _tag;

    public Answer(ReadOnlyMemory<byte> content, string contentType)
    {
        (Content, ContentType) = (content, contentType);
        _compressed = new(() => Content.Length < WorthCompressing ? null : Compress(Content));
        // Weak: compressed or not, it is the same answer.
        _tag = new(() => new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(Content.Span))[..32]}\"", isWeak: true));
    }

    public ReadOnlyMemory<byte> Content { get; }

    public string ContentType { get; }

    /// <summary>Number of the newest event of the journal that it tells of; 0 where it is made of something else.</summary>
    public long Sequence { get; init; }

    /// <summary>Gzip of the content; null where that would not pay.</summary>
    public byte[]? Compressed => _compressed.Value;

    /// <summary>The entity tag of the content: whoever has it need not be sent it again.</summary>
    public EntityTagHeaderValue Tag => _tag.Value;

    /// <summary>Memory that it may take: the content, and no more than that once more when it was compressed.</summary>
    public long Bytes => 2L * Content.Length;

    public static Answer Json(object value, JsonSerializerOptions? dialect = null, long sequence = 0) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, dialect ?? OrchestratorJson.Compact), "application/json; charset=utf-8")
        {
            Sequence = sequence,
        };

    static byte[] Compress(ReadOnlyMemory<byte> content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(content.Span);
        return compressed.ToArray();
    }
}
