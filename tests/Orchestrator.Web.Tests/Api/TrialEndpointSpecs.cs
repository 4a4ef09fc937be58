using System.Net;
using System.Text.Json;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Api;

[Collection(nameof(WebNode))]
public sealed class TrialEndpointSpecs(WebNode node)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trials_are_rows_that_say_null_where_nothing_is_known()
    {
        await using var sweep = await node.SubmitAsync(3, "retries: { divergence: 0 }");
        await sweep.TrainAsync(3);
        await sweep.EvaluateAsync(2.5);
        await sweep.EndAsync(await sweep.GrantAsync(), AttemptCause.Divergence, "the loss is not finite");
        var rows = (await sweep.GetAsync("/trials")).GetProperty("trials").EnumerateArray().ToList();

        Assert.Equal(["0001", "0002", "0003"], rows.Select(row => row.GetProperty("id").GetString()));
        var done = rows[0];
        Assert.Equal(("completed", "completed"), (done.GetProperty("state").GetString(), done.GetProperty("evaluation").GetString()));
        Assert.Equal("""{"replicate":"1"}""", done.GetProperty("parameters").GetRawText());
        Assert.Equal(
            [1, 2, 2, 3.25, 3, 2.5, 12.5, 0.25, 1200],
            new[]
            {
                "attempts",
                "epochs",
                "epochs_total",
                "train_bits_per_dim",
                "validation_bits_per_dim",
                "test_bits_per_dim",
                "fid",
                "kid",
                "images_per_second",
            }.Select(name => done.GetProperty(name).GetDouble())
        );
        Assert.Equal(node.Node, done.GetProperty("node").GetString());
        Assert.Equal(
            ("failed", "divergence", "the loss is not finite"),
            (rows[1].GetProperty("state").GetString(), rows[1].GetProperty("cause").GetString(), rows[1].GetProperty("message").GetString())
        );
        Assert.All(
            new[]
            {
                "cause",
                "message",
                "train_bits_per_dim",
                "validation_bits_per_dim",
                "test_bits_per_dim",
                "fid",
                "kid",
                "images_per_second",
                "node",
                "seconds",
            },
            name => Assert.Equal(JsonValueKind.Null, rows[2].GetProperty(name).ValueKind)
        );
        Assert.Equal(
            ("pending", "none", 0, 2),
            (
                rows[2].GetProperty("state").GetString(),
                rows[2].GetProperty("evaluation").GetString(),
                rows[2].GetProperty("attempts").GetInt32(),
                rows[2].GetProperty("epochs_total").GetInt32()
            )
        );
    }

    [Fact]
    public async Task A_trial_is_told_in_full()
    {
        await using var sweep = await node.SubmitAsync(1);
        var first = await sweep.GrantAsync();
        await sweep.EpochAsync(first, 1, 4);
        await sweep.EndAsync(first, AttemptCause.NodeLost);
        await sweep.TrainAsync(double.NaN, checkpoint: "s3://flows/x/20");
        var trial = await sweep.GetAsync("/trials/0001");
        Assert.Equal("0001", trial.GetProperty("id").GetString());
        Assert.Equal("""{"done":1,"node_lost":1}""", trial.GetProperty("ends").GetRawText());
        Assert.Equal("""{"path":"s3://flows/x/20","sha256":"0a1b","epoch":2}""", trial.GetProperty("checkpoint").GetRawText());
        var curve = trial.GetProperty("curve").EnumerateArray().ToList();
        Assert.Equal([1, 2], curve.Select(point => point.GetProperty("epoch").GetInt32()));
        // JSON has no number for what is not finite.
        Assert.Equal(JsonValueKind.Null, curve[1].GetProperty("validation_bits_per_dim").ValueKind);
        Assert.Equal(0.001, curve[1].GetProperty("learning_rate").GetDouble());
        Assert.Equal("pending", trial.GetProperty("evaluation_scores").GetProperty("state").GetString());
        Assert.Equal("[]", trial.GetProperty("artifacts").GetRawText());

        await sweep.EvaluateAsync(2.5);
        var scores = (await sweep.GetAsync("/trials/1")).GetProperty("evaluation_scores");
        Assert.Equal(
            (12.5, 20.5),
            (
                scores.GetProperty("samples").GetProperty("fid").GetDouble(),
                scores.GetProperty("interpolation").GetProperty("linear").GetProperty("fid").GetDouble()
            )
        );
        Assert.Equal(JsonValueKind.Null, scores.GetProperty("samples").GetProperty("kid_standard_error").ValueKind);
        var results = (await sweep.GetAsync("/results")).GetProperty("trials")[0];
        Assert.True(JsonElement.DeepEquals(results.GetProperty("evaluation"), scores));
    }

    [Fact]
    public async Task Curves_are_of_all_trials_or_of_those_that_are_named()
    {
        await using var sweep = await node.SubmitAsync(3);
        await sweep.TrainAsync(3);
        Assert.Equal(
            """{"curves":[{"trial":"0001","epochs":[1,2],"validation_bits_per_dim":[4,3]},"""
                + """{"trial":"0003","epochs":[],"validation_bits_per_dim":[]}]}""",
            (await sweep.GetAsync("/curves?trials=0001,0003")).GetRawText()
        );
        Assert.Equal(3, (await sweep.GetAsync("/curves")).GetProperty("curves").GetArrayLength());
        using var unknown = await node.Http.GetAsync($"{sweep.Path}/curves?trials=0001,0009", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("0009")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("99999999999")]
    public async Task A_trial_that_is_not_there_is_not_found(string trial)
    {
        await using var sweep = await node.SubmitAsync(1);
        foreach (var path in new[] { "", "/log", "/artifacts/samples.png" })
        {
            using var answer = await node.Http.GetAsync($"{sweep.Path}/trials/{trial}{path}", Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_journal_is_read_in_pages()
    {
        await using var sweep = await node.SubmitAsync(2);
        await sweep.TrainAsync(3);
        var (events, next) = (new List<JsonElement>(), 0L);
        while (await sweep.GetAsync($"/journal?after={next}&limit=4") is var page && page.GetProperty("events").GetArrayLength() > 0)
        {
            Assert.InRange(page.GetProperty("events").GetArrayLength(), 1, 4);
            events.AddRange(page.GetProperty("events").EnumerateArray());
            next = page.GetProperty("next").GetInt64();
        }

        Assert.Equal(
            Enumerable.Range(1, events.Count).Select(number => (long)number),
            events.Select(one => one.GetProperty("sequence").GetInt64())
        );
        Assert.Equal(
            [
                "sweep_submitted",
                "trial_added",
                "trial_added",
                "lease_granted",
                "epoch_reported",
                "epoch_reported",
                "checkpoint_reported",
                "lease_ended",
                "trial_completed",
            ],
            events.Select(one => one.GetProperty("type").GetString())
        );
        Assert.Equal((JsonValueKind.Null, "0002"), (events[0].GetProperty("trial").ValueKind, events[2].GetProperty("trial").GetString()));
        Assert.Contains("validation 3.0000 bits/dim", events[5].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_followed_from_where_it_was_left_and_is_of_one_trial_only()
    {
        await using var sweep = await node.SubmitAsync(2, "retries: { crash: 0 }");
        var (first, second) = (await sweep.GrantAsync(), await sweep.GrantAsync());
        await sweep.EpochAsync(first, 1, 4);
        await sweep.EpochAsync(second, 1, 5);
        var (begin, next) = await Log(0);
        await sweep.EndAsync(first, AttemptCause.Crash, "größer\n   at Main");
        var (rest, end) = await Log(next);
        Assert.Matches(
            @"^\S+Z added: replicate = 1\n\S+Z attempt 1 begins on \S+, slot \d+\n"
                + @"\S+Z epoch 1: training 4.2500, validation 4.0000 bits/dim, [^\n]+\n$",
            begin
        );
        Assert.Matches(@"^\S+Z attempt ended: crash: größer\n       at Main\n\S+Z failed: crash: größer\n       at Main\n$", rest);
        Assert.Equal(end, System.Text.Encoding.UTF8.GetByteCount(begin + rest));
        Assert.Equal(("", end), await Log(end));
        using var beyond = await node.Http.GetAsync($"{sweep.Path}/trials/0001/log?after={end + 1}", Cancel);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);

        async Task<(string, long)> Log(long after)
        {
            using var answer = await node.Http.GetAsync($"{sweep.Path}/trials/0001/log?after={after}", Cancel);
            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
            return (
                await answer.Content.ReadAsStringAsync(Cancel),
                long.Parse(answer.Headers.GetValues("X-Next").Single(), System.Globalization.CultureInfo.InvariantCulture)
            );
        }
    }

    [Theory]
    [InlineData("/journal?after=-1", "after")]
    [InlineData("/journal?after=x", "after")]
    [InlineData("/journal?limit=0", "limit")]
    [InlineData("/journal?limit=1001", "limit")]
    [InlineData("/trials/0001/log?after=1.5", "after")]
    public async Task A_place_that_cannot_be_read_is_refused_with_what_was_expected(string path, string name)
    {
        await using var sweep = await node.SubmitAsync(1);
        using var answer = await node.Http.GetAsync(sweep.Path + path, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"{name}: expected", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
