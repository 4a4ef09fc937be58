using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Web.Server;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Server;

/// <summary>What answers cost.</summary>
public sealed class AnswerSpecs
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_made_once_a_second_whoever_asks_and_anew_after_a_change()
    {
        var time = new FakeTimeProvider();
        var cache = new AnswerCache(time, AnswerCache.Second);
        var made = 0;
        var gate = new TaskCompletionSource();
        var callers = Enumerable.Range(0, 50).Select(_ => Ask()).ToList();
        gate.SetResult();
        Assert.Single((await Task.WhenAll(callers)).Distinct());
        Assert.Equal(1, made);
        time.Advance(TimeSpan.FromMilliseconds(999));
        await Ask();
        Assert.Equal(1, made);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await Ask();
        Assert.Equal(2, made);
        cache.Forget();
        await Ask();
        Assert.Equal(3, made);

        Task<Answer?> Ask() =>
            cache.GetAsync(
                "one",
                async _ =>
                {
                    made++;
                    await gate.Task;
                    return new Answer(new byte[1], "text/plain");
                },
                Cancel
            );
    }

    [Fact]
    public async Task What_is_kept_is_bounded()
    {
        var cache = new AnswerCache(new FakeTimeProvider(), AnswerCache.Second);
        for (var i = 0; i < 200; i++)
        {
            await cache.GetAsync($"{i}", _ => Task.FromResult<Answer?>(new Answer(new byte[4 << 20], "text/plain")), Cancel);
            Assert.InRange(cache.Bytes, 0, AnswerCache.Room);
        }
    }

    /// <summary>What was thrown out while it was made anew is no longer counted, so that the bound stays where it is.</summary>
    [Fact]
    public async Task What_is_kept_is_counted_once()
    {
        var cache = new AnswerCache(new FakeTimeProvider(), AnswerCache.Second);
        await Keep("slow", 1 << 20);
        cache.Forget();
        var gate = new TaskCompletionSource();
        var slow = cache.GetAsync(
            "slow",
            async _ =>
            {
                await gate.Task;
                return new Answer(new byte[1 << 20], "text/plain");
            },
            Cancel
        );
        await Keep("large", (int)AnswerCache.Room);
        Assert.Equal(0, cache.Bytes);
        gate.SetResult();
        await slow;
        Assert.Equal(0, cache.Bytes);
        await Keep("small", 100);
        var one = cache.Bytes;
        cache.Forget();
        await Keep("small", 100);
        Assert.Equal(one, cache.Bytes);
        Assert.InRange(one, 100, 10_000);

        Task<Answer?> Keep(string key, int bytes) =>
            cache.GetAsync(key, _ => Task.FromResult<Answer?>(new Answer(new byte[bytes], "text/plain")), Cancel);
    }

    [Fact]
    public async Task An_answer_may_be_made_from_the_one_before_and_anew_for_whoever_needs_more()
    {
        var cache = new AnswerCache(new FakeTimeProvider(), AnswerCache.Second);
        Assert.Equal(1, (await Grow(0)).Content.Length);
        Assert.Equal(1, (await Grow(1)).Content.Length);
        Assert.Equal(2, (await Grow(2)).Content.Length);

        async Task<Answer> Grow(int needed) =>
            (
                await cache.GetAsync(
                    "log",
                    before => Task.FromResult<Answer?>(new Answer(new byte[(before?.Content.Length ?? 0) + 1], "text/plain")),
                    Cancel,
                    kept => kept.Content.Length >= needed
                )
            )!;
    }

    /// <summary>Each is made of the journal, and is the same for everybody until something happens.</summary>
    [Theory]
    [InlineData("/api/sweeps")]
    [InlineData("/api/sweeps/mine")]
    [InlineData("/api/sweeps/mine/results")]
    [InlineData("/api/sweeps/mine/trials")]
    [InlineData("/api/sweeps/mine/curves")]
    [InlineData("/api/sweeps/mine/curves?trials=2,1")]
    [InlineData("/api/sweeps/mine/journal?limit=2")]
    [InlineData("/api/sweeps/mine/trials/1")]
    [InlineData("/api/sweeps/mine/trials/1/log")]
    [InlineData("/api/sweeps/mine/trials/1/log?after=10")]
    public async Task Who_has_an_answer_is_not_sent_it_again(string path)
    {
        await using var node = await TestNode.StartAsync(new() { Workers = 0 });
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine"));
        using var first = await node.Client.CallAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var tag = first.Headers.ETag!.ToString();
        using var again = await node.Client.CallAsync(HttpMethod.Get, path, headers: ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(tag, again.Headers.ETag!.ToString());
        using var other = await node.Client.CallAsync(HttpMethod.Get, path, headers: ("If-None-Match", "\"0123\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_log_that_another_coordinator_told_more_of_is_read_anew()
    {
        await using var node = await TestNode.StartAsync();
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 1));
        var process = await node.Processes.NextAsync();
        process.Epoch(1);
        var length = 0;
        await Eventually.TrueAsync(async () =>
        {
            var log = await node.Client.GetStringAsync("/api/sweeps/mine/trials/1/log", Cancel);
            length = log.Length;
            return log.Contains("epoch 1:", StringComparison.Ordinal);
        });
        process.Epoch(2);
        // Beyond what was just told: it is there as soon as the journal has it, however young the answer that is kept.
        await Eventually.TrueAsync(async () =>
        {
            using var more = await node.Client.CallAsync(HttpMethod.Get, $"/api/sweeps/mine/trials/1/log?after={length + 1}");
            return more.IsSuccessStatusCode && (await more.Content.ReadAsStringAsync(Cancel)).Contains("poch 2", StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Answers_on_their_way_are_bounded_for_one_caller_and_for_all()
    {
        var room = new AnswersInFlight(perCaller: 10, all: 25);
        var first = room.Take("a", 6)!;
        Assert.Null(room.Take("a", 6));
        Assert.NotNull(room.Take("a", 4));
        // A single answer that is larger than one caller's room, while there is room in all.
        Assert.NotNull(room.Take("b", 12));
        Assert.Null(room.Take("c", 4));
        first.Dispose();
        Assert.NotNull(room.Take("c", 4));
    }

    [Fact]
    public async Task A_curve_is_given_once_however_often_it_is_named()
    {
        await using var node = await TestNode.StartAsync();
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine"));
        var names = string.Join(',', Enumerable.Repeat("1,0001,2", 500));
        var curves = (await node.Client.JsonAsync($"/api/sweeps/mine/curves?trials={names}")).GetProperty("curves").EnumerateArray();
        Assert.Equal(["0001", "0002"], curves.Select(curve => curve.GetProperty("trial").GetString()));
    }

    [Fact]
    public async Task Answers_are_compressed_for_whoever_takes_it()
    {
        await using var node = await TestNode.StartAsync();
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 200));
        var plain = await node.Client.GetByteArrayAsync("/api/sweeps/mine/trials", Cancel);
        using var answer = await node.Client.CallAsync(HttpMethod.Get, "/api/sweeps/mine/trials", headers: ("Accept-Encoding", "gzip"));
        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        var compressed = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.InRange(compressed.Length, 1, plain.Length / 5);
        using var reader = new StreamReader(new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress), Encoding.UTF8);
        Assert.Equal(Encoding.UTF8.GetString(plain).Length, (await reader.ReadToEndAsync(Cancel)).Length);
        // One that is too small for it comes whole.
        using var small = await node.Client.CallAsync(
            HttpMethod.Get,
            "/api/sweeps/mine/curves?trials=1",
            headers: ("Accept-Encoding", "gzip")
        );
        Assert.NotEmpty(await small.Content.ReadAsByteArrayAsync(Cancel));
        // The page's own files too.
        using var page = await node.Client.CallAsync(HttpMethod.Get, "/", headers: ("Accept-Encoding", "gzip, br"));
        Assert.NotEmpty(page.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Metrics_are_counted_and_made_once_a_second()
    {
        await using var node = await TestNode.StartAsync(
            new()
            {
                Limits = new WebLimits { Reads = new RequestRate(1.0 / 3600, 5), HeldBack = TimeSpan.Zero },
            }
        );
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 10; i++)
        {
            using var answer = await node.Client.CallAsync(HttpMethod.Get, "/metrics");
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, answers[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    /// <summary>What is large, or comes in many forms, costs the most; pictures of a page are many at once.</summary>
    [Theory]
    [InlineData("/api/sweeps/mine/results", true)]
    [InlineData("/api/sweeps/mine/trials/0001", true)]
    [InlineData("/api/sweeps/mine/trials/0001/log", true)]
    [InlineData("/api/sweeps/mine/journal", true)]
    [InlineData("/API/sweeps/mine/curves", true)]
    [InlineData("/api/sweeps/mine/state", true)]
    [InlineData("/api/openapi.json", true)]
    [InlineData("/api/sweeps/mine/trials/0001/artifacts/samples.png", false)]
    [InlineData("/api/sweeps/mine/trials", true)]
    [InlineData("/page/app.js", false)]
    public async Task Details_have_a_rate_of_their_own(string path, bool isDetail)
    {
        await using var node = await TestNode.StartAsync(
            new()
            {
                Limits = new WebLimits { Details = new RequestRate(1.0 / 3600, 2), HeldBack = TimeSpan.Zero },
            }
        );
        HttpStatusCode last = default;
        for (var i = 0; i < 5; i++)
        {
            using var answer = await node.Client.CallAsync(HttpMethod.Get, path);
            last = answer.StatusCode;
        }

        Assert.Equal(isDetail, last == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Metrics_come_in_the_format_that_is_asked_for()
    {
        await using var node = await TestNode.StartAsync();
        using var plain = await node.Client.CallAsync(HttpMethod.Get, "/metrics");
        Assert.Equal("text/plain", plain.Content.Headers.ContentType!.MediaType);
        using var open = await node.Client.CallAsync(
            HttpMethod.Get,
            "/metrics",
            headers: ("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
        );
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("# EOF\n", await open.Content.ReadAsStringAsync(Cancel));
    }
}
