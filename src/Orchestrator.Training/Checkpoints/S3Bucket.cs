using System.Net;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Win32.SafeHandles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Checkpoints;

/// <summary>Objects in and out of one bucket. Large ones travel in parts, so that no single request is long and a fault costs one
/// part.</summary>
/// <remarks>The server checks what it is sent by SHA-256, of the signature and of the object or part; what is read here is checked by the
/// manifest.</remarks>
sealed class S3Bucket(StorageAddress address, TimeProvider time)
{
    const int PartSize = 8 << 20;
    const int PartsAtOnce = 4;

    /// <summary>The most bytes of one answer: a part, or a manifest.</summary>
    const int Largest = ManifestFile.Largest;

    readonly AmazonS3Client client = Connect(address);
    readonly S3Retry retry = new(time);

    public StorageAddress Address => address;

    public async Task Put(string key, string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length <= PartSize)
            await PutWhole(key, Read(file, 0)).ConfigureAwait(false);
        else
            await PutParts(key, file, (int)((length + PartSize - 1) / PartSize)).ConfigureAwait(false);
    }

    /// <returns>Null where there is no such object.</returns>
    public Task<byte[]?> Get(string key) =>
        retry.Run(
            $"{address.Of(key)}: cannot be read",
            async timeout =>
            {
                try
                {
                    // As a range: of a whole object the library takes the ETag for an MD5, which it is not on every server.
                    var request = new GetObjectRequest
                    {
                        BucketName = address.Bucket,
                        Key = key,
                        ByteRange = new ByteRange("bytes=0-"),
                    };
                    using var answer = await client.GetObjectAsync(request, timeout).ConfigureAwait(false);
                    return await Body(answer, timeout).ConfigureAwait(false);
                }
                catch (AmazonS3Exception none) when (none.ErrorCode == "NoSuchKey")
                {
                    return null;
                }
                catch (AmazonS3Exception empty) when (empty.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return [];
                }
            }
        );

    /// <exception cref="CheckpointException">The object is missing or shorter.</exception>
    public async Task Get(string key, long length, string path)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: length);
        var starts = Enumerable.Range(0, (int)((length + PartSize - 1) / PartSize)).Select(part => (long)part * PartSize);
        await Parallel
            .ForEachAsync(
                starts,
                AtOnce,
                async (start, _) =>
                    RandomAccess.Write(file, await GetRange(key, start, Math.Min(PartSize, length - start)).ConfigureAwait(false), start)
            )
            .ConfigureAwait(false);
    }

    /// <returns>Keys and sizes.</returns>
    public async Task<IReadOnlyList<(string Key, long Size)>> List(string prefix)
    {
        var found = new List<(string, long)>();
        var request = new ListObjectsV2Request { BucketName = address.Bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await retry
                .Run($"{address.Of(prefix)}: cannot be listed", timeout => client.ListObjectsV2Async(request, timeout))
                .ConfigureAwait(false);
            found.AddRange((page.S3Objects ?? []).Select(o => (o.Key, o.Size ?? 0)));
            request.ContinuationToken = page.NextContinuationToken;
        } while (page.IsTruncated == true);
        return found;
    }

    public Task Delete(string key) =>
        retry.Run($"{address.Of(key)}: cannot be deleted", timeout => client.DeleteObjectAsync(address.Bucket, key, timeout));

    Task<PutObjectResponse> PutWhole(string key, byte[] content) =>
        retry.Run(
            $"{address.Of(key)}: cannot be written",
            timeout =>
                client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = address.Bucket,
                        Key = key,
                        InputStream = new MemoryStream(content),
                        ChecksumSHA256 = Checksum(content),
                        UseChunkEncoding = false,
                    },
                    timeout
                )
        );

    async Task PutParts(string key, SafeFileHandle file, int count)
    {
        var what = $"{address.Of(key)}: cannot be written";
        var begun = await retry
            .Run(
                what,
                timeout =>
                    client.InitiateMultipartUploadAsync(
                        new InitiateMultipartUploadRequest
                        {
                            BucketName = address.Bucket,
                            Key = key,
                            ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
                        },
                        timeout
                    )
            )
            .ConfigureAwait(false);
        try
        {
            var parts = new PartETag[count];
            await Parallel
                .ForEachAsync(
                    Enumerable.Range(0, count),
                    AtOnce,
                    async (part, _) =>
                        parts[part] = await PutPart(key, begun.UploadId, part + 1, Read(file, (long)part * PartSize)).ConfigureAwait(false)
                )
                .ConfigureAwait(false);
            await retry.Run(what, timeout => Complete(key, begun.UploadId, parts, timeout)).ConfigureAwait(false);
        }
        catch
        {
            await Abandon(key, begun.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    async Task<PartETag> PutPart(string key, string upload, int number, byte[] content)
    {
        var checksum = Checksum(content);
        var answer = await retry
            .Run(
                $"{address.Of(key)}: part {number} cannot be written",
                timeout =>
                    client.UploadPartAsync(
                        new UploadPartRequest
                        {
                            BucketName = address.Bucket,
                            Key = key,
                            UploadId = upload,
                            PartNumber = number,
                            PartSize = content.Length,
                            InputStream = new MemoryStream(content),
                            ChecksumSHA256 = checksum,
                            UseChunkEncoding = false,
                        },
                        timeout
                    )
            )
            .ConfigureAwait(false);
        return new PartETag(number, answer.ETag) { ChecksumSHA256 = checksum };
    }

    async Task<bool> Complete(string key, string upload, PartETag[] parts, CancellationToken timeout)
    {
        try
        {
            await client
                .CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest
                    {
                        BucketName = address.Bucket,
                        Key = key,
                        UploadId = upload,
                        PartETags = [.. parts],
                    },
                    timeout
                )
                .ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode == "NoSuchUpload")
        {
            // A try before this one was done and its answer lost; the size that is listed will tell.
            return false;
        }
    }

    /// <summary>Parts cost space until somebody removes them. One try: the failure that led here is the one to tell of.</summary>
    async Task Abandon(string key, string upload)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await client.AbortMultipartUploadAsync(address.Bucket, key, upload, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException)
        {
            // The bucket's own rule for unfinished uploads remains.
        }
    }

    Task<byte[]> GetRange(string key, long start, long length) =>
        retry.Run(
            $"{address.Of(key)}: cannot be read",
            async timeout =>
            {
                try
                {
                    var request = new GetObjectRequest
                    {
                        BucketName = address.Bucket,
                        Key = key,
                        ByteRange = new ByteRange(start, start + length - 1),
                    };
                    using var answer = await client.GetObjectAsync(request, timeout).ConfigureAwait(false);
                    return await Body(answer, timeout).ConfigureAwait(false) is { } body && body.Length == length
                        ? body
                        : throw new CheckpointException($"{address.Of(key)}: shorter than its manifest says");
                }
                catch (AmazonS3Exception damage)
                    when (damage.ErrorCode == "NoSuchKey" || damage.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    throw new CheckpointException($"{address.Of(key)}: missing, or shorter than its manifest says");
                }
            }
        );

    static async Task<byte[]> Body(GetObjectResponse answer, CancellationToken timeout)
    {
        if (answer.ContentLength is < 0 or > Largest)
            throw new IOException($"an answer of {answer.ContentLength} bytes");
        using var body = new MemoryStream((int)answer.ContentLength);
        await answer.ResponseStream.CopyToAsync(body, timeout).ConfigureAwait(false);
        return body.Length == answer.ContentLength
            ? body.ToArray()
            : throw new IOException($"{body.Length} of {answer.ContentLength} bytes came");
    }

    static byte[] Read(SafeFileHandle file, long start)
    {
        var content = new byte[Math.Min(PartSize, RandomAccess.GetLength(file) - start)];
        for (var read = 0; read < content.Length; )
            read += RandomAccess.Read(file, content.AsSpan(read), start + read) is > 0 and var more
                ? more
                : throw new IOException("a file became shorter while it was sent");
        return content;
    }

    static string Checksum(byte[] content) => Convert.ToBase64String(SHA256.HashData(content));

    static ParallelOptions AtOnce => new() { MaxDegreeOfParallelism = PartsAtOnce };

    static AmazonS3Client Connect(StorageAddress address)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = address.PathStyle,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxErrorRetry = 0,
            // Checksums are given with each request; the default ones come as trailers, which not every server understands.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (address.Endpoint is { } endpoint)
            (config.ServiceURL, config.AuthenticationRegion) = (endpoint.ToString(), address.Region);
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(address.Region);
        return new AmazonS3Client(S3Credentials.From(Environment.GetEnvironmentVariable), config);
    }
}
