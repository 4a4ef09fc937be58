namespace Orchestrator.Sweeps.Tasks;

/// <summary>Where checkpoints are kept besides the data folder:
/// <c>s3://bucket/prefix?endpoint=http://host:9000&amp;region=us-east-1&amp;path_style=true</c>.</summary>
/// <param name="Prefix">How every key begins, without slashes at its ends; empty for none.</param>
/// <param name="Endpoint">Null for Amazon's own.</param>
/// <param name="PathStyle">The bucket is part of the path and not of the host's name.</param>
public sealed record StorageAddress(string Bucket, string Prefix, Uri? Endpoint, string Region, bool PathStyle)
{
    const string Scheme = "s3://";
    const string Example = "s3://bucket/prefix?endpoint=http://host:9000";
    const string DefaultRegion = "us-east-1";

    /// <exception cref="FormatException">The message says what was expected.</exception>
    public static StorageAddress Parse(string text)
    {
        // Before anything else, so that no message repeats a secret.
        if (text.Contains('@'))
            throw new FormatException("storage: an address holds no credentials; they come from the environment alone");
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            throw new FormatException($"storage: expected an address such as {Example}");
        var (place, query) = Halves(text[Scheme.Length..], '?');
        var (bucket, prefix) = Halves(place, '/');
        if (bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            throw new FormatException($"storage: expected a bucket's name of 3 to 63 of a-z, 0-9, - and ., found '{bucket}'");
        prefix = prefix.Trim('/');
        if (
            prefix.Length > 0
            && prefix
                .Split('/')
                .Any(part => part is "" or "." or ".." || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        )
            throw new FormatException($"storage: expected a prefix of a-z, A-Z, 0-9, -, _ and . between single slashes, found '{prefix}'");

        var settings = Settings(query);
        var endpoint = settings.TryGetValue("endpoint", out var at) ? EndpointOf(at) : null;
        // Servers of one's own rarely have a name for each bucket.
        var pathStyle = settings.TryGetValue("path_style", out var style) ? TruthOf(style) : endpoint is not null;
        var region = settings.GetValueOrDefault("region", DefaultRegion);
        return region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? new StorageAddress(bucket, prefix, endpoint, region, pathStyle)
            : throw new FormatException($"storage: expected a region such as {DefaultRegion}, found '{region}'");
    }

    /// <summary>The address of one object or folder in the bucket.</summary>
    public string Of(string key) => $"{Scheme}{Bucket}/{key}";

    static Dictionary<string, string> Settings(string query)
    {
        var settings = new Dictionary<string, string>();
        foreach (var setting in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Halves(setting, '=');
            if (name is not ("endpoint" or "region" or "path_style"))
                throw new FormatException($"storage: unknown setting '{name}'; expected endpoint, region or path_style");
            if (value.Length == 0 || !settings.TryAdd(name, Uri.UnescapeDataString(value)))
                throw new FormatException($"storage: expected one value of {name}");
        }

        return settings;
    }

    static Uri EndpointOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
        && endpoint is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "" }
            ? endpoint
            : throw new FormatException("storage: expected an endpoint such as https://host:9000, without a path");

    static bool TruthOf(string text) =>
        bool.TryParse(text, out var truth)
            ? truth
            : throw new FormatException($"storage: expected path_style true or false, found '{text}'");

    static (string, string) Halves(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");
}
