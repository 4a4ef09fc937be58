using System.IO.Compression;
using System.Security.Cryptography;
using Orchestrator.Sweeps;
using Orchestrator.Training.Files;
using Orchestrator.Training.Network;

namespace Orchestrator.Training.Data;

/// <summary>Brings the files of one published data set into a folder; a file is there whole and verified, or not at all.</summary>
sealed class DatasetFetch(DatasetSource source, string from, string folder) : IDisposable
{
    /// <summary>The largest published file has 170 MB, and the largest unpacked one 47.</summary>
    const int Largest = 256 << 20;

    static readonly DirectLoopback Proxy = new();

    readonly HttpClient http = new(new SocketsHttpHandler { Proxy = Proxy })
    {
        Timeout = TimeSpan.FromMinutes(10),
        MaxResponseContentBufferSize = Largest,
    };

    public async Task Run(Action<string>? progress, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in source.Files)
            {
                progress?.Invoke(file.Name);
                await Bring(file, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or HttpRequestException or InvalidDataException or UriFormatException
                || (e is OperationCanceledException && !cancel.IsCancellationRequested)
            )
        {
            throw new DatasetException($"cannot fetch {source.Name} into {folder} from {Told(e.Message)}", e);
        }
    }

    async Task Bring(PublishedFile file, CancellationToken cancel)
    {
        var target = Path.Combine(folder, file.Name);
        if (File.Exists(target) && IsPublished(file, target))
            return;
        var bytes = await Read(file.Name, cancel).ConfigureAwait(false);
        if (!IsPublished(file, bytes))
            throw new InvalidDataException(
                $"{file.Name} has MD5 {Convert.ToHexStringLower(MD5.HashData(bytes))} ({bytes.Length} bytes), expected {file.Md5}; "
                    + "nothing was kept of it"
            );

        var temporary = $"{target}.{Environment.ProcessId}.part";
        try
        {
            await File.WriteAllBytesAsync(temporary, bytes, cancel).ConfigureAwait(false);
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    string Told(string message) =>
        Uri.TryCreate(from, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? Proxy.Failed(address, message)
            : $"{from}: {message}";

    Task<byte[]> Read(string name, CancellationToken cancel) =>
        from.Contains("://", StringComparison.Ordinal)
            ? http.GetByteArrayAsync(new Uri(from.TrimEnd('/') + "/" + name), cancel)
            : Task.FromResult(RegularFile.ReadAll(Path.Combine(UserPath.Expand(from), name), Largest));

    /// <returns>False also where it cannot be read: it is fetched again.</returns>
    static bool IsPublished(PublishedFile file, string path)
    {
        try
        {
            return IsPublished(file, RegularFile.ReadAll(path, Largest));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return false;
        }
    }

    // MD5 is what the publishers give; it guards against accidents here, not against an attacker.
    static bool IsPublished(PublishedFile file, byte[] bytes) =>
        Convert.ToHexStringLower(MD5.HashData(bytes)) == file.Md5
        || (file.ContentSha256 is { } expected && ContentSha256(bytes) == expected);

    static string? ContentSha256(byte[] gzip)
    {
        try
        {
            using var content = new LimitedStream(new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress), Largest);
            return Convert.ToHexStringLower(SHA256.HashData(content));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();
}
