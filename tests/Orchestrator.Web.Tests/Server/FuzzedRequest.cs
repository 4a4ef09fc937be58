using System.Globalization;
using System.Text;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Server;

/// <summary>One request of which something is wrong, as bytes on the wire: a pure function of its number.</summary>
static class FuzzedRequest
{
    const int Seed = 20261124;
    static readonly string[] Methods =
    [
        "GET",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "get",
        "G\u0001T",
        "BREW",
        "",
    ];
    static readonly string[] Paths =
    [
        "/",
        "/api",
        "/api/",
        "/api/sweeps",
        "/api/sweeps/",
        "/api/sweeps/mine",
        "/api/sweeps/mine/results",
        "/api/sweeps/mine/state",
        "/api/sweeps/mine/stop",
        "/api/sweeps/mine/pause",
        "/api/sweeps/mine/retry",
        "/api/sweeps/mine/trials",
        "/api/sweeps/mine/trials/0001",
        "/api/sweeps/mine/trials/0001/artifacts/x.png",
        "/api/sweeps/mine/trials/0001/log",
        "/api/sweeps/mine/journal",
        "/api/sweeps/mine/curves",
        "/api/nodes",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/sd/prometheus",
    ];

    static readonly string[] PathPieces =
    [
        "..",
        "%2e%2e",
        "%2f",
        "%00",
        "%0d%0a",
        "%ff%fe",
        "%",
        "%zz",
        "%u0041",
        "//",
        "\\",
        ";",
        "?",
        "#",
        "{id}",
        "*",
        "'",
        "\"",
        "<script>",
        " ",
        "\t",
        "é",
        "🙂",
        "%F0%9F%99%82",
        "0x7fffffff",
        "-1",
        "NaN",
        "9999999999999999999999",
        "con",
        "etc/passwd",
        "%252e%252e%252f",
        "?after=-1",
        "?after=x&limit=999999999999",
        "?last_event_id=1.2.x",
        "?width=0",
        "?trials=,,,",
        "?token=x",
    ];

    static readonly string[] Headers =
    [
        "Host: evil.example",
        "Host:",
        "Host: [::1",
        "Host: a b",
        "Host: 127.0.0.1:99999",
        "Content-Type: application/json",
        "Content-Type: text/yaml; charset=utf-7",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: \u0001",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Content-Length: 5, 6",
        "Content-Length: x",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Expect: 100-continue",
        "Expect: nonsense",
        "Authorization: Bearer",
        "Authorization: Bearer \u00ff",
        "Authorization: Basic eDp5",
        "Authorization: Bearer orch_AAAA",
        "Range: bytes=5-2",
        "Range: bytes=-",
        "Range: lines=1-2",
        "If-None-Match: \"",
        "Accept: ,,;q=x",
        "Accept-Encoding: *;q=0",
        "Origin: null",
        "Origin: x",
        "Sec-Fetch-Site: cross-site",
        "X-Forwarded-For: ,",
        "Upgrade: h2c",
        "Upgrade: websocket",
        "Connection: upgrade",
        "Cookie: a=b; a=;=",
        "Last-Event-ID: 1..2",
        "Last-Event-ID: 18446744073709551616",
        "Traceparent: 00-x",
        "X-HTTP-Method-Override: DELETE",
        "NoColon",
        ": empty",
        " Folded: x",
        "X-Nul: a\0b",
        "X-Eighth: caf\u00e9",
    ];

    static readonly string[] Yaml =
    [
        "[",
        "{",
        "- ",
        ": ",
        "&a ",
        "*a",
        "!!binary ",
        "!!python/object:os.system ",
        "!<tag:x>",
        "|",
        ">",
        "---\n",
        "...\n",
        "%YAML 9.9\n",
        "\t",
        "\0",
        "\u2028",
        "\ufeff",
        "null",
        "~",
        "1e999",
        "-.inf",
        ".nan",
        "0x",
        "9223372036854775808",
        "? ",
        "<<: *a\n",
        "\"\\x",
        "\"\\ud800\"",
        "'",
        "#",
        "name: again\n",
        "parameters: {}\n",
        "trial: {training.epochs: -1}\n",
        "search: {algorithm: []}\n",
        "evaluation: {samples: 1e308}\n",
        "parameters: {base.distribution: [gaussian, {dirichlet: [",
        "retention: {budget: 99999999999999 EB}\n",
    ];

    public static byte[] Of(int number)
    {
        var random = new Random(Seed + number);
        return (number % 10) switch
        {
            < 4 => Submission(random),
            4 => Verb(random),
            < 8 => Address(random),
            8 => Head(random),
            _ => Noise(random),
        };
    }

    // A sweep file with something in it that does not belong there.
    static byte[] Submission(Random random)
    {
        var text = new StringBuilder(Calls.Sweep("fuzzed") + "evaluation: { samples: 100 }\nretries: { crash: 1 }\n");
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(7))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    if (text.Length == 0)
                        text.Append('x');
                    break;
                case 1:
                    text[at] = (char)random.Next(1, 0x300);
                    break;
                case 2:
                    text.Insert(at, string.Concat(Enumerable.Repeat(random.GetItems(Yaml, 1)[0], random.Next(1, 4))));
                    break;
                case 3:
                    text.Insert(
                        at,
                        string.Concat(
                            Enumerable.Repeat(random.GetItems(["[", "{a: ", "- ", "? ", "&b [*b, "], 1)[0], random.Next(50, 5000))
                        )
                    );
                    break;
                case 4:
                    // Each alias holds the one before it nine times.
                    text.Insert(
                        0,
                        "x0: &x0 [1]\n"
                            + string.Concat(
                                Enumerable
                                    .Range(1, 12)
                                    .Select(i =>
                                        string.Create(
                                            CultureInfo.InvariantCulture,
                                            $"x{i}: &x{i} [{string.Join(", ", Enumerable.Repeat($"*x{i - 1}", 9))}]\n"
                                        )
                                    )
                            )
                    );
                    break;
                case 5:
                    text.Insert(at, new string((char)random.Next(32, 127), random.Next(1, 20000)));
                    break;
                default:
                    text.Length = Math.Max(1, at);
                    break;
            }
        }

        var body = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(5) == 0)
            body[random.Next(body.Length)] = (byte)random.Next(128, 256);
        return Request("POST", "/api/sweeps", random.Next(4) == 0 ? [random.GetItems(Headers, 1)[0]] : [], body, random);
    }

    static byte[] Verb(Random random)
    {
        string[] bodies =
        [
            "{",
            "[]",
            "{\"trials\":[\"0001\"",
            "{\"trials\":null}",
            "{\"trials\":[1e999]}",
            "{\"trials\":\"x\"}",
            "\"\\ud800\"",
            new string('[', 3000),
            "{\"a\":" + new string('9', 2000) + "}",
            "\u0000",
            "null",
            "{\"trials\":[\"../../x\"]}",
        ];
        var sweep = random.GetItems(["mine", "none", "%00", "..%2f", "a b"], 1)[0];
        var verb = random.GetItems(["stop", "pause", "resume", "retry", "nonsense"], 1)[0];
        return Request(
            "POST",
            $"/api/sweeps/{sweep}/{verb}",
            ["Content-Type: application/json"],
            Encoding.UTF8.GetBytes(random.GetItems(bodies, 1)[0]),
            random
        );
    }

    static byte[] Address(Random random)
    {
        var path = new StringBuilder(random.GetItems(Paths, 1)[0]);
        for (var change = random.Next(0, 4); change > 0; change--)
            path.Insert(random.Next(path.Length + 1), random.GetItems(PathPieces, 1)[0]);
        if (random.Next(20) == 0)
            path.Append('x', random.Next(1, 12000));
        return Request(random.Next(3) > 0 ? "GET" : random.GetItems(Methods, 1)[0], path.ToString(), [], [], random);
    }

    static byte[] Head(Random random)
    {
        var headers = random.GetItems(Headers, random.Next(1, 6)).ToList();
        if (random.Next(5) == 0)
            headers.Add("X-Long: " + new string('x', random.Next(1, 40000)));
        if (random.Next(5) == 0)
            headers.AddRange(
                Enumerable.Range(0, random.Next(1, 200)).Select(i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: 1"))
            );
        return Request(
            random.GetItems(Methods, 1)[0],
            random.GetItems(Paths, 1)[0],
            headers,
            random.Next(2) == 0 ? [] : Encoding.UTF8.GetBytes("5\r\nhello\r\nzz\r\n"),
            random
        );
    }

    static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 2000)];
        random.NextBytes(bytes);
        string[] beginnings =
        [
            "",
            "\r\n\r\n",
            "GET",
            "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u0016\u0003\u0001",
            "POST /api/sweeps HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET http://[ HTTP/1.1\r\n\r\n",
        ];
        return [.. Encoding.Latin1.GetBytes(random.GetItems(beginnings, 1)[0]), .. bytes];
    }

    static byte[] Request(string method, string path, IReadOnlyList<string> headers, byte[] body, Random random)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\n");
        if (!headers.Any(header => header.StartsWith("Host", StringComparison.Ordinal)) && random.Next(30) > 0)
            head.Append("Host: localhost\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        // Sometimes the length is not the body's.
        if (
            body.Length > 0
            && !headers.Any(header =>
                header.StartsWith("Content-Length", StringComparison.Ordinal) || header.StartsWith("Transfer", StringComparison.Ordinal)
            )
        )
            head.Append(
                CultureInfo.InvariantCulture,
                $"Content-Length: {(random.Next(20) == 0 ? random.Next(2 * body.Length) : body.Length)}\r\n"
            );
        return [.. Encoding.UTF8.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()), .. body];
    }
}
