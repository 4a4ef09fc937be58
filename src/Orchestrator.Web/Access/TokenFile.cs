using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Web.Access;

/// <summary>The tokens of a data folder, and their quotas: written by the command line, read by every coordinator, again whenever the file
/// has changed.</summary>
public sealed class TokenFile(string path)
{
    const string Prefix = "orch_";
    const int Bytes = 32,
        IdBytes = 4;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    (DateTime At, long Length) _read;
    Content _content = Content.Empty;
    readonly Lock _gate = new();

    /// <summary>Whether somebody was given a token once.</summary>
    public bool Exists => File.Exists(path);

    /// <returns>The token itself, which nobody can tell again, and what is kept of it.</returns>
    /// <exception cref="TokenFileException">The file cannot be read or written.</exception>
    public (string Secret, ApiToken Token) Create(AccessRole role, string? name, DateTimeOffset now)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var token = new ApiToken(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
            name,
            role,
            Convert.ToHexStringLower(Hash(secret)),
            now
        );
        Change(content => content with { Tokens = content.Tokens.Add(token) });
        return (secret, token);
    }

    /// <returns>False where there is no such token.</returns>
    /// <exception cref="TokenFileException">The file cannot be read or written.</exception>
    public bool Revoke(string id)
    {
        var found = false;
        Change(content =>
        {
            found = content.Tokens.Any(token => token.Id == id);
            return content with { Tokens = content.Tokens.RemoveAll(token => token.Id == id) };
        });
        return found;
    }

    /// <summary>Changes what the sweeps of a token may have. It is kept by the token's name: for all tokens of that name, also when one is
    /// revoked and another one made in its place.</summary>
    /// <param name="values">By the names of <see cref="TokenQuota"/>, without faults; what is not named stays.</param>
    /// <exception cref="TokenFileException">The file cannot be read or written.</exception>
    public TokenQuota SetQuota(string name, ImmutableSortedDictionary<string, string> values)
    {
        var quota = TokenQuota.Unlimited;
        Change(content =>
        {
            quota = (content.QuotaOf(name) ?? quota).With(values);
            var others = content.All.Remove(name);
            return content with { Quotas = quota == TokenQuota.Unlimited ? others : others.Add(name, quota) };
        });
        return quota;
    }

    /// <summary>The quotas by the names of tokens.</summary>
    /// <exception cref="TokenFileException">The file cannot be read, or others may read or write it.</exception>
    public ImmutableSortedDictionary<string, TokenQuota> Quotas() => Read().All;

    /// <summary>The same; where the file cannot be read just now, as it was last read.</summary>
    public ImmutableSortedDictionary<string, TokenQuota> LastQuotas()
    {
        try
        {
            return Quotas();
        }
        catch (TokenFileException)
        {
            // Whoever calls the API is told why.
            lock (_gate)
                return _content.All;
        }
    }

    /// <summary>All tokens, oldest first.</summary>
    /// <exception cref="TokenFileException">The file cannot be read, or others may read or write it.</exception>
    public ImmutableArray<ApiToken> All() => Read().Tokens;

    Content Read()
    {
        lock (_gate)
        {
            try
            {
                var file = new FileInfo(path);
                if (!file.Exists)
                {
                    _read = default;
                    return _content = Content.Empty;
                }

                // Before the date: to let others in changes the mode and not the date.
                if (!OperatingSystem.IsWindows() && (file.UnixFileMode & Others) != 0)
                    throw new TokenFileException(
                        $"{path} may be read or written by others than its owner; chmod 600 it, and revoke its tokens if they may have "
                            + "been changed"
                    );
                if ((file.LastWriteTimeUtc, file.Length) is var now && now == _read)
                    return _content;
                _content = Parse(File.ReadAllBytes(path));
                _read = now;
                return _content;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
            {
                throw new TokenFileException($"{path} cannot be read: {error.Message}");
            }
        }
    }

    /// <summary>The token that somebody shows; null where it is none of ours.</summary>
    /// <exception cref="TokenFileException">The file cannot be read, or others may read or write it.</exception>
    public ApiToken? Find(string secret)
    {
        var shown = Hash(secret);
        ApiToken? found = null;
        // Every one is compared, to its end: how long it takes tells nothing.
        foreach (var token in All())
            if (CryptographicOperations.FixedTimeEquals(shown, Convert.FromHexString(token.Sha256)))
                found = token;
        return found;
    }

    void Change(Func<Content, Content> change)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var held = new FileStream(path + ".lock", Private(FileMode.OpenOrCreate));
            var json = JsonSerializer.SerializeToUtf8Bytes(change(Read()), OrchestratorJson.Indented);
            var next = path + ".next";
            File.Delete(next);
            using (var file = new FileStream(next, Private(FileMode.CreateNew)))
            {
                file.Write(json);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TokenFileException($"{path} cannot be written: {error.Message}");
        }
    }

    static Content Parse(byte[] json) =>
        JsonSerializer.Deserialize<Content>(json, OrchestratorJson.Compact) is { Tokens.IsDefault: false } content
        && content.Tokens.All(token => IsHash(token?.Sha256))
        && content.All.Values.All(quota => quota is not null)
            ? content
            : throw new JsonException("it holds no list of tokens with their quotas");

    static bool IsHash(string? text) => text is { Length: 2 * SHA256.HashSizeInBytes } && text.All(char.IsAsciiHexDigit);

    static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    sealed record Content(ImmutableArray<ApiToken> Tokens, ImmutableSortedDictionary<string, TokenQuota>? Quotas = null)
    {
        public static Content Empty { get; } = new([]);

        [JsonIgnore]
        public ImmutableSortedDictionary<string, TokenQuota> All => Quotas ?? ImmutableSortedDictionary<string, TokenQuota>.Empty;

        public TokenQuota? QuotaOf(string name) => All.GetValueOrDefault(name);
    }
}

/// <summary>The file of tokens cannot be used; the message says why and what to do.</summary>
public sealed class TokenFileException(string message) : Exception(message);
