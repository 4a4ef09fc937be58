using System.Net;
using System.Text.Json;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Api;

[Collection(nameof(WebNode))]
public sealed class SweepEndpointSpecs(WebNode node)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_sweep_took_is_told_by_base_node_trial_or_parameter()
    {
        await using var sweep = await node.SubmitAsync(2);
        await sweep.TrainAsync(3);

        var cost = await sweep.GetAsync("/cost?by=trial");
        var all = cost.GetProperty("all");
        Assert.True(all.GetProperty("useful").GetProperty("slot_seconds").GetDouble() > 0);
        Assert.Equal(0, all.GetProperty("total").GetProperty("cost").GetDouble());
        var row = cost.GetProperty("rows").EnumerateArray().Single();
        Assert.Equal("0001", row.GetProperty("name").GetString());
        Assert.Equal(all.GetProperty("total").GetRawText(), row.GetProperty("total").GetRawText());
        Assert.Equal(
            "0001 attempt  1: done",
            (await sweep.GetAsync("/cost?by=attempt")).GetProperty("rows")[0].GetProperty("name").GetString()
        );
        Assert.Empty((await sweep.GetAsync("/cost")).GetProperty("rows").EnumerateArray());
        var ofAll = (await node.GetAsync("/api/cost?by=sweep")).GetProperty("rows").EnumerateArray();
        Assert.Equal(
            all.GetProperty("total").GetRawText(),
            ofAll.Single(one => one.GetProperty("name").GetString() == sweep.Name).GetProperty("total").GetRawText()
        );
        using var unknownOfAll = await node.Http.GetAsync("/api/cost?by=color", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unknownOfAll.StatusCode);
        using var unknown = await node.Http.GetAsync($"{sweep.Path}/cost?by=color", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains(
            "by: expected one of base, node, trial, attempt, replicate, not 'color'",
            await unknown.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Two_sweeps_are_compared_by_pairs()
    {
        await using var sweep = await node.SubmitAsync(1);
        await sweep.TrainAsync(3);
        await sweep.EvaluateAsync(2.5);
        await using var other = await node.SubmitAsync(1);
        await other.TrainAsync(3.5);

        var comparison = await sweep.GetAsync($"/compare/{other.Name}");
        var validation = comparison.GetProperty("groups")[0].GetProperty("figures")[0];
        Assert.Equal("validation_bits_per_dim", validation.GetProperty("figure").GetString());
        Assert.Equal((1, 0.5), (validation.GetProperty("pairs").GetInt32(), validation.GetProperty("difference").GetDouble()));
        using var unknown = await node.Http.GetAsync($"{sweep.Path}/compare/{other.Name}?by=color", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        using var missing = await node.Http.GetAsync($"{sweep.Path}/compare/nobody", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    /// <summary>More values in the file: the plan is told first, and changes nothing.</summary>
    [Fact]
    public async Task A_sweep_is_changed_to_what_its_file_says()
    {
        await using var sweep = await node.SubmitAsync(1);
        var file = (await sweep.GetAsync("")).GetProperty("file").GetString()!;
        var wider = file.Replace("[1]", "[1, 2]", StringComparison.Ordinal);
        Assert.NotEqual(file, wider);
        var plan = await ApplyAsync(wider, "?dry_run=true", HttpStatusCode.OK);
        Assert.Equal((1, 1), (plan.GetProperty("kept").GetArrayLength(), plan.GetProperty("new").GetInt32()));
        Assert.Equal(1, (await sweep.GetAsync("/trials")).GetProperty("trials").GetArrayLength());
        await ApplyAsync(wider, "", HttpStatusCode.OK);
        Assert.Equal(2, (await sweep.GetAsync("/trials")).GetProperty("trials").GetArrayLength());
        await ApplyAsync(wider, "?schedule=never", HttpStatusCode.BadRequest);
        await ApplyAsync(wider.Replace($"name: {sweep.Name}", "name: another", StringComparison.Ordinal), "", HttpStatusCode.BadRequest);

        async Task<JsonElement> ApplyAsync(string text, string query, HttpStatusCode status)
        {
            using var answer = await node.Http.PostAsync($"{sweep.Path}/apply{query}", new StringContent(text), Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == status, body);
            return JsonDocument.Parse(body).RootElement;
        }
    }

    [Fact]
    public async Task A_sweep_is_pruned_and_deleted_once_it_is_over_and_a_dry_run_says_what_would_go()
    {
        var sweep = await node.SubmitAsync(1);
        await sweep.TrainAsync(3);
        Assert.Contains(
            "pause or stop it first",
            await SayAsync(HttpMethod.Delete, sweep.Path, "", HttpStatusCode.Conflict),
            StringComparison.Ordinal
        );
        await sweep.EvaluateAsync(2.5);
        Assert.Equal(1, (await sweep.GetAsync("")).GetProperty("checkpoint_bytes").GetInt64());

        const string prune = """{"older_than":"0d","keep_bytes":"0","all":true}""";
        await SayAsync(HttpMethod.Post, "/api/sweeps/prune", "{}", HttpStatusCode.BadRequest);
        await SayAsync(HttpMethod.Post, "/api/sweeps/prune", """{"older_than":"soon"}""", HttpStatusCode.BadRequest);
        var dry = JsonDocument
            .Parse(await SayAsync(HttpMethod.Post, "/api/sweeps/prune?dry_run=true", prune, HttpStatusCode.OK))
            .RootElement;
        var row = dry.GetProperty("sweeps").EnumerateArray().Single(one => one.GetProperty("id").GetString() == sweep.Name);
        Assert.Equal((1, 0), (row.GetProperty("freed_bytes").GetInt64(), row.GetProperty("left_bytes").GetInt64()));
        Assert.Equal(1, (await sweep.GetAsync("")).GetProperty("checkpoint_bytes").GetInt64());
        await SayAsync(HttpMethod.Post, "/api/sweeps/prune", prune, HttpStatusCode.OK);
        Assert.Equal(0, (await sweep.GetAsync("")).GetProperty("checkpoint_bytes").GetInt64());

        var plan = JsonDocument.Parse(await SayAsync(HttpMethod.Delete, $"{sweep.Path}?dry_run=true", "", HttpStatusCode.OK)).RootElement;
        Assert.Equal((1, JsonValueKind.Null), (plan.GetProperty("trials").GetInt32(), plan.GetProperty("refusal").ValueKind));
        await sweep.GetAsync("");
        await SayAsync(HttpMethod.Delete, sweep.Path, "", HttpStatusCode.OK);
        await SayAsync(HttpMethod.Get, sweep.Path, "", HttpStatusCode.NotFound);
        Assert.DoesNotContain(
            (await node.GetAsync("/api/sweeps")).GetProperty("sweeps").EnumerateArray(),
            one => one.GetProperty("id").GetString() == sweep.Name
        );

        async Task<string> SayAsync(HttpMethod method, string path, string body, HttpStatusCode status)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body.Length > 0)
                request.Content = new StringContent(body);
            using var answer = await node.Http.SendAsync(request, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == status, text);
            return text;
        }
    }

    [Fact]
    public async Task A_sweep_is_tagged_and_noted_and_says_so_wherever_it_is_told()
    {
        await using var sweep = await node.SubmitAsync(2);
        await SayAsync("tag", """{"add":["paper","v2"]}""", HttpStatusCode.OK);
        await SayAsync("tag", """{"add":["v3"],"remove":["v2"]}""", HttpStatusCode.OK);
        await SayAsync("note", """{"text":"for the paper"}""", HttpStatusCode.OK);
        await SayAsync("note", """{"trial":"0002","text":"look here"}""", HttpStatusCode.OK);
        var results = await sweep.GetAsync("/results");
        foreach (var told in new[] { await sweep.GetAsync(""), results.GetProperty("sweep") })
        {
            Assert.Equal("""["paper","v3"]""", string.Concat(told.GetProperty("tags").GetRawText().Where(c => !char.IsWhiteSpace(c))));
            Assert.Equal("for the paper", told.GetProperty("note").GetString());
        }

        foreach (var trials in new[] { results.GetProperty("trials"), (await sweep.GetAsync("/trials")).GetProperty("trials") })
            Assert.Equal([null, "look here"], trials.EnumerateArray().Select(trial => trial.GetProperty("note").GetString()));

        Assert.Contains(
            "tag: expected",
            await SayAsync("tag", """{"add":["Two Words"]}""", HttpStatusCode.BadRequest),
            StringComparison.Ordinal
        );
        Assert.Contains("text: is missing", await SayAsync("note", "{}", HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await SayAsync("note", """{"trial":"0003","text":"x"}""", HttpStatusCode.NotFound);
        await SayAsync("tag", "[]", HttpStatusCode.BadRequest);

        async Task<string> SayAsync(string verb, string body, HttpStatusCode status)
        {
            using var answer = await node.Http.PostAsync($"{sweep.Path}/{verb}", new StringContent(body), Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == status, text);
            return text;
        }
    }

    [Fact]
    public async Task A_trial_is_forked_into_a_sweep_of_its_own()
    {
        await using var sweep = await node.SubmitAsync(1);
        var (name, body) = ($"{sweep.Name}-fork", $$$"""{"name":"{{{sweep.Name}}}-fork","trial":"1","set":{"training.epochs":"5"}}""");
        var (status, answer) = await sweep.PostAsync("fork", body);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("has no checkpoint yet", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);

        await sweep.TrainAsync(3);
        (_, answer) = await sweep.PostAsync("fork?dry_run=true", body);
        Assert.Contains($"fork: {{sweep: {sweep.Name}, trial: 1}}", answer.GetProperty("file").GetString(), StringComparison.Ordinal);
        (status, _) = await sweep.PostAsync("fork", body);
        Assert.Equal(HttpStatusCode.OK, status);
        await using var fork = new TestSweep(node, name, "");
        Assert.Equal(sweep.State.Trial(1).Checkpoint, fork.State.ForkedFrom!.Checkpoint);
        Assert.Equal(
            $$"""{"sweep":"{{sweep.Name}}","trial":"0001","epoch":2}""",
            (await fork.GetAsync())
                .GetProperty("fork")
                .GetRawText()
                .Replace(" ", "", StringComparison.Ordinal)
                .Replace("\n", "", StringComparison.Ordinal)
        );

        foreach (
            var bad in (string[])
                ["", "[]", "{}", """{"name":"x","set":{"flw.hidden":"3"}}""", """{"name":"X"}""", """{"name":"x","set":{"seed":null}}"""]
        )
            Assert.Equal(HttpStatusCode.BadRequest, (await sweep.PostAsync("fork", bad)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await sweep.PostAsync("fork", """{"name":"x","trial":"9"}""")).Status);
    }

    [Fact]
    public async Task A_sweep_is_told_at_a_glance_while_it_runs()
    {
        await using var sweep = await node.SubmitAsync(4, "retries: { crash: 0 }");
        await sweep.TrainAsync(3);
        await sweep.EvaluateAsync(2.5);
        await sweep.EndAsync(await sweep.GrantAsync(), AttemptCause.Crash, "killed by signal 9");
        var running = await sweep.GrantAsync();
        await sweep.EpochAsync(running, 1, 3.5);

        var listed = (await node.GetAsync("/api/sweeps"))
            .GetProperty("sweeps")
            .EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == sweep.Name);
        Assert.Equal(
            ("running", "digits", 4),
            (listed.GetProperty("state").GetString(), listed.GetProperty("dataset").GetString(), listed.GetProperty("trials").GetInt32())
        );
        Assert.Equal(
            """{"pending":1,"running":1,"completed":1,"failed":1,"stopped":0,"paused":0,"pruned":0}""",
            listed.GetProperty("counts").GetRawText()
        );
        Assert.Equal("""{"pending":0,"running":0,"completed":1,"failed":0}""", listed.GetProperty("evaluations").GetRawText());
        // Two of the completed one and one of the running one; the failed one has none to do.
        Assert.Equal((3, 6), (listed.GetProperty("epochs_done").GetInt32(), listed.GetProperty("epochs_total").GetInt32()));
        Assert.Equal(2, listed.GetProperty("evaluations_to_come").GetInt32());
        // Epochs of three seconds, of which the coordinator saw next to nothing: the running trial has at most one to do and the waiting
        // one has two.
        Assert.InRange(listed.GetProperty("training_eta_seconds").GetDouble(), 5.9, 9.1);
        // What the first evaluation took says nothing of the others.
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("eta_seconds").ValueKind);
        Assert.Equal(
            """{"trial":"0001","validation_bits_per_dim":3,"test_bits_per_dim":2.5,"fid":12.5,"label":"replicate=1"}""",
            listed.GetProperty("best").GetRawText()
        );
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("ended_at").ValueKind);

        var one = await sweep.GetAsync();
        Assert.Equal(sweep.File, one.GetProperty("file").GetString());
        Assert.Equal("""["replicate"]""", one.GetProperty("parameters").GetRawText());
        Assert.Equal(listed.GetProperty("counts").GetRawText(), one.GetProperty("counts").GetRawText());
    }

    [Fact]
    public async Task A_sweep_with_a_search_and_a_scheduler_tells_its_rungs_its_front_and_what_is_to_be_drawn()
    {
        await using var sweep = await node.SubmitAsync(
            1,
            "search: { algorithm: random, trials: 3 }\nscheduler: { algorithm: asha }\n",
            "training.learning_rate: { log_uniform: [1.0e-4, 1.0e-2] }"
        );
        foreach (var bits in new[] { 3.5, 3.25 })
        {
            var lease = await sweep.GrantAsync();
            await sweep.EpochAsync(lease, 1, bits);
            await sweep.CheckpointAsync(lease, 1, final: false);
            await sweep.EndAsync(lease, AttemptCause.Done);
        }

        var one = await sweep.GetAsync();
        Assert.Equal(3, one.GetProperty("trials").GetInt32());
        Assert.Equal(
            """{"pending":0,"running":0,"completed":0,"failed":0,"stopped":0,"paused":2,"pruned":0}""",
            one.GetProperty("counts").GetRawText()
        );
        // One more to its rung, and one of three from there to the end.
        Assert.Equal((2, 4), (one.GetProperty("epochs_done").GetInt32(), one.GetProperty("epochs_total").GetInt32()));
        Assert.Equal(
            """[{"ladder":null,"level":1,"arrived":2,"waiting":2,"survived":0,"metric":"validation.bits_per_dim","best":3.25},"""
                + """{"ladder":null,"level":2,"arrived":0,"waiting":0,"survived":null,"metric":"validation.bits_per_dim","best":null}]""",
            one.GetProperty("rungs").GetRawText()
        );
        Assert.Equal("[]", one.GetProperty("pareto").GetRawText());
        Assert.Equal("0002", one.GetProperty("best").GetProperty("trial").GetString());
        Assert.Equal("""["training.learning_rate"]""", one.GetProperty("parameters").GetRawText());

        var third = await sweep.GrantAsync();
        await sweep.EpochAsync(third, 1, 3.75);
        await sweep.CheckpointAsync(third, 1, final: false);
        await sweep.EndAsync(third, AttemptCause.Done);
        var promoted = await sweep.GrantAsync();
        Assert.Equal((2, 2), (promoted.Trial, promoted.Attempt));
        await sweep.EpochAsync(promoted, 2, 3);
        await sweep.CheckpointAsync(promoted, 2, final: true);
        await sweep.EndAsync(promoted, AttemptCause.Done);
        await sweep.EvaluateAsync(2.5);
        one = await sweep.GetAsync();
        Assert.Equal("completed", one.GetProperty("state").GetString());
        Assert.Equal((4, 4), (one.GetProperty("epochs_done").GetInt32(), one.GetProperty("epochs_total").GetInt32()));
        Assert.Equal("""["0002"]""", one.GetProperty("pareto").GetRawText());
        var results = await sweep.GetAsync("/results");
        Assert.Equal(
            [("pruned", false), ("completed", true), ("pruned", false)],
            results
                .GetProperty("trials")
                .EnumerateArray()
                .Select(trial => (trial.GetProperty("state").GetString(), trial.GetProperty("pareto").GetBoolean()))
        );
        Assert.Equal(
            [1, 0],
            results
                .GetProperty("rungs")
                .EnumerateArray()
                .Select(rung => rung.GetProperty("survived").ValueKind == JsonValueKind.Null ? 0 : rung.GetProperty("survived").GetInt32())
        );
    }

    [Fact]
    public async Task The_same_file_again_is_the_same_sweep()
    {
        await using var sweep = await node.SubmitAsync(1);
        using var again = await node.Http.PostAsync("/api/sweeps", new StringContent(sweep.File + "\n# again"), Cancel);
        Assert.Equal(
            sweep.Name,
            JsonDocument.Parse(await again.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("id").GetString()
        );
        using var other = await node.Http.PostAsync(
            "/api/sweeps",
            new StringContent(sweep.File.Replace("epochs: 2", "epochs: 3", StringComparison.Ordinal)),
            Cancel
        );
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
    }

    [Fact]
    public async Task Pause_resume_and_stop_do_what_they_say_also_when_said_twice()
    {
        await using var sweep = await node.SubmitAsync(2);
        var running = await sweep.GrantAsync();
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal((HttpStatusCode.OK, sweep.Name), await Said("pause"));
        Assert.Equal("paused", (await sweep.GetAsync()).GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, (await sweep.GetAsync()).GetProperty("eta_seconds").ValueKind);
        await sweep.EndAsync(running, AttemptCause.Interrupted);
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal((HttpStatusCode.OK, sweep.Name), await Said("resume"));
        var again = await sweep.GrantAsync();
        Assert.Equal((1, 2), (again.Trial, again.Attempt));
        await sweep.EndAsync(again, AttemptCause.Interrupted);
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal((HttpStatusCode.OK, sweep.Name), await Said("stop"));
        Assert.Equal("stopped", (await sweep.GetAsync()).GetProperty("state").GetString());
        var (status, problem) = await sweep.PostAsync("pause");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("the sweep is stopped", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        async Task<(HttpStatusCode, string?)> Said(string verb)
        {
            var (said, answer) = await sweep.PostAsync(verb);
            return (said, answer.GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task A_retry_takes_all_that_failed_or_those_that_are_named()
    {
        await using var sweep = await node.SubmitAsync(3);
        foreach (var _ in Enumerable.Range(0, 3))
            await sweep.EndAsync(await sweep.GrantAsync(), AttemptCause.BadSpec);
        Assert.Equal("failed", (await sweep.GetAsync()).GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.OK, (await sweep.PostAsync("retry", """{"trials":["0002"]}""")).Status);
        Assert.Equal([TrialStatus.Failed, TrialStatus.Pending, TrialStatus.Failed], sweep.State.Trials.Select(trial => trial.Status));
        Assert.Equal(HttpStatusCode.OK, (await sweep.PostAsync("retry")).Status);
        Assert.All(sweep.State.Trials, trial => Assert.Equal(TrialStatus.Pending, trial.Status));
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[1]", HttpStatusCode.BadRequest)]
    [InlineData("""{"trials":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"trials":[null]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"trials":"0001"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"trials":["0002"]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"trials":["../1"]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"trials":["99999999999999999999"]}""", HttpStatusCode.NotFound)]
    public async Task A_retry_that_cannot_be_read_says_what_was_expected(string body, HttpStatusCode expected)
    {
        await using var sweep = await node.SubmitAsync(1);
        var (status, problem) = await sweep.PostAsync("retry", body);
        Assert.Equal(expected, status);
        Assert.Contains("trial", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/results")]
    [InlineData("GET", "/trials")]
    [InlineData("GET", "/trials/0001")]
    [InlineData("GET", "/curves")]
    [InlineData("GET", "/journal")]
    [InlineData("GET", "/trials/0001/log")]
    [InlineData("GET", "/trials/0001/artifacts/samples.png")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    [InlineData("POST", "/stop")]
    [InlineData("POST", "/retry")]
    public async Task A_sweep_that_is_not_there_is_not_found(string method, string path)
    {
        using var answer = await node.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/sweeps/nobody{path}"), Cancel);
        Assert.Equal(
            (HttpStatusCode.NotFound, "application/problem+json"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        Assert.Contains("nobody", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
