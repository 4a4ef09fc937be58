using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.TestKit;

/// <summary>Signature version 4 as the server reckons it:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.</summary>
public static partial class S3Signature
{
    public const string KeyId = "test-key-id";

    /// <summary>Also that the body is the one that was signed.</summary>
    public static bool IsRight(HttpContext context, byte[] body, string secret)
    {
        var headers = context.Request.Headers;
        var payload = headers["x-amz-content-sha256"].ToString();
        if (
            Authorization().Match(headers.Authorization.ToString()) is not { Success: true } given
            || given.Groups["key"].Value != KeyId
            || payload != Hash(body)
        )
            return false;

        var (path, query) = Target(context);
        var signed = given.Groups["headers"].Value;
        var canonical = string.Join(
            '\n',
            [
                context.Request.Method,
                path,
                query,
                .. signed.Split(';').Select(name => $"{name}:{headers[name].ToString().Trim()}"),
                "",
                signed,
                payload,
            ]
        );
        var scope = given.Groups["scope"].Value;
        var text = string.Join('\n', "AWS4-HMAC-SHA256", headers["x-amz-date"].ToString(), scope, Hash(Encoding.UTF8.GetBytes(canonical)));
        var key = scope
            .Split('/')
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return given.Groups["signature"].Value == Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    static (string Path, string Query) Target(HttpContext context)
    {
        var halves = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var query =
            halves.Length == 1
                ? []
                : halves[1]
                    .Split('&', StringSplitOptions.RemoveEmptyEntries)
                    .Select(setting => setting.Contains('=') ? setting : setting + "=");
        return (halves[0], string.Join('&', query.Order(StringComparer.Ordinal)));
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [GeneratedRegex(
        "^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)/(?<scope>[^,]+), *SignedHeaders=(?<headers>[^,]+), "
            + "*Signature=(?<signature>[0-9a-f]{64})$"
    )]
    private static partial Regex Authorization();
}
