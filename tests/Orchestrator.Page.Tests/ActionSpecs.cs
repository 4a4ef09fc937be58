using Microsoft.Playwright;
using Orchestrator.Page.Tests.Fake;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Page.Tests;

/// <summary>What an operator does: asked once more before it is done, and told what came of it.</summary>
public sealed class ActionSpecs(Chromium chromium) : PageSpecs(chromium)
{
    [Theory]
    [InlineData(SweepStatus.Running, "Pause", "Pause digits?", "Pause", "pause")]
    [InlineData(SweepStatus.Paused, "Resume", "Resume digits?", "Resume", "resume")]
    [InlineData(SweepStatus.Running, "Stop", "Stop digits?", "Stop", "stop")]
    [InlineData(SweepStatus.Running, "Retry failed", "Retry 3 failed trials?", "Retry failed", "retry")]
    public async Task An_action_is_done_once_it_is_confirmed(SweepStatus state, string button, string question, string confirm, string verb)
    {
        Digits.Is(state);
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = question });
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        Assert.Empty(Cluster.Asked);
        await dialog.GetByRole(AriaRole.Button, new() { Name = confirm }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal([$"POST /api/sweeps/digits/{verb}"], Cluster.Asked);
    }

    [Fact]
    public async Task A_sweep_that_paused_itself_says_why_and_one_that_somebody_paused_does_not()
    {
        const string reason = "data set idx:/data is not the data set that the sweep began with";
        Digits.PausesItself(new AttemptEnd(AttemptCause.Data, reason));
        var session = await OpenAsync("#/sweeps/digits");
        await Expect(session.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = reason })).ToBeVisibleAsync();
        await Expect(session.Page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true })).ToBeVisibleAsync();
        Digits.Is(SweepStatus.Paused);
        session = await OpenAsync("#/sweeps/digits");
        await session.SeeAsync("paused");
        Assert.DoesNotContain("paused itself", await session.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escape_does_nothing_and_gives_the_focus_back()
    {
        var session = await OpenAsync("#/sweeps/digits");
        var stop = session.Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true });
        await stop.ClickAsync();
        await Expect(session.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await session.Page.Keyboard.PressAsync("Escape");
        await Expect(session.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Expect(stop).ToBeFocusedAsync();
        Assert.Empty(Cluster.Asked);
    }

    [Fact]
    public async Task A_sweep_is_tagged_and_noted_and_found_by_what_is_said_of_it()
    {
        Digits.Says(["paper"], "for the paper");
        var session = await OpenAsync("#/sweeps/digits");
        await session.SeeAsync("for the paper");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Label", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Tags and note of digits" });
        await Expect(dialog.Locator("[name=tags]")).ToHaveValueAsync("paper");
        await dialog.Locator("[name=tags]").FillAsync("v2, best");
        await dialog.Locator("[name=note]").FillAsync("");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(
            ["""POST /api/sweeps/digits/tag {"add":["v2","best"],"remove":["paper"]}""", """POST /api/sweeps/digits/note {"text":""}"""],
            Cluster.Asked
        );

        session = await OpenAsync("#/");
        await session.Page.Locator("[name=find]").FillAsync("PAPER dig");
        await session.SeeAsync("digits");
        await session.Page.Locator("[name=find]").FillAsync("paper elsewhere");
        await session.SeeAsync("No sweep says all of that.");
    }

    [Fact]
    public async Task A_sweep_is_deleted_once_what_goes_with_it_was_said_and_what_somebody_else_deletes_is_gone()
    {
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Delete digits?" });
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("go for good, with pictures, logs, report and journal");
        Assert.Empty(Cluster.Asked);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await ExpectAsync(session.Page, "#/");
        Assert.Equal(["DELETE /api/sweeps/digits"], Cluster.Asked);
        await session.SeeAsync("digits");
        Cluster.Publish("deleted", new { id = "digits" });
        await Expect(session.Page.GetByRole(AriaRole.Link, new() { Name = "digits", Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Checkpoints_are_pruned_once_the_plan_was_seen_and_another_wish_is_planned_anew()
    {
        var session = await OpenAsync("#/");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Prune", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Prune checkpoints" });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Plan" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("of checkpoints go");
        await dialog.Locator("[name=keep_bytes]").FillAsync("50GB");
        await Expect(dialog.GetByRole(AriaRole.Status)).ToHaveCountAsync(0);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Plan" }).ClickAsync();
        Assert.Empty(Cluster.Asked);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(["""POST /api/sweeps/prune {"older_than":"30d","keep_bytes":"50GB","all":false}"""], Cluster.Asked);
    }

    [Fact]
    public async Task One_failed_trial_is_retried()
    {
        var session = await OpenAsync("#/sweeps/digits/trials/0005");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await session.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await Expect(session.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        Assert.Equal(["""POST /api/sweeps/digits/retry {"trials":["0005"]}"""], Cluster.Asked);
    }

    [Fact]
    public async Task What_a_sweep_may_have_of_the_cluster_is_changed()
    {
        var session = await OpenAsync("#/sweeps/digits");
        Assert.Equal(0, await session.Page.GetByText("weight 1").CountAsync());
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Share of digits" });
        await Expect(dialog.Locator("[name=priority]")).ToHaveValueAsync("0");
        await dialog.Locator("[name=priority]").FillAsync("5");
        await dialog.Locator("[name=weight]").FillAsync("2.5");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(["""POST /api/sweeps/digits/set {"priority":5,"weight":2.5,"max_slots":null}"""], Cluster.Asked);
    }

    [Fact]
    public async Task What_a_sweep_may_take_is_changed()
    {
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Budget", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Budget of digits" });
        await dialog.Locator("[name=gpu_hours]").FillAsync("40.5");
        await dialog.Locator("[name=until]").FillAsync("2027-01-01T08:00Z");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(["""POST /api/sweeps/digits/set {"budget.gpu_hours":40.5,"budget.until":"2027-01-01T08:00Z"}"""], Cluster.Asked);
    }

    [Fact]
    public async Task A_share_of_its_own_is_told()
    {
        Digits.Shares(new SweepShare(5, 2.5, 1));
        var session = await OpenAsync("#/sweeps/digits");
        await session.SeeAsync("weight 2.5, at most 1 slot");
    }

    [Fact]
    public async Task What_a_sweep_took_is_told()
    {
        var session = await OpenAsync("#/sweeps/digits");
        await session.SeeAsync("In slots");
        await session.SeeAsync("of use");
    }

    [Fact]
    public async Task What_a_changed_file_would_do_is_said_before_it_is_done()
    {
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Change digits" });
        var file = dialog.GetByLabel("Sweep file");
        var text = await file.InputValueAsync();
        await file.FillAsync(text.Replace("seed: 7", "seed: 8", StringComparison.Ordinal));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Plan" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("seed: 7 → 8");

        var wider = text.Replace("flow.hidden: [32, 64]", "flow.hidden: [64, 128]", StringComparison.Ordinal);
        await file.FillAsync(wider);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Plan" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("20 kept, 20 new, 20 dropped: at most 600 epochs");
        Assert.Empty(Cluster.Asked);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.StartsWith("POST /api/sweeps/digits/apply name: digits", Assert.Single(Cluster.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_is_forked_once_its_file_was_seen()
    {
        // What the page opens when it is done.
        Cluster.Sweeps.Add(FakeSweep.Completed("name: fine\ndataset: digits\n"));
        var session = await OpenAsync("#/sweeps/digits/trials/0001");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Fork", Exact = true }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Fork trial 0001 of digits" });
        await dialog.GetByLabel("Name of the new sweep").FillAsync("fine");
        await dialog.GetByLabel("What changes").FillAsync("training.epochs=60\ntraining.learning_rate=[1.0e-4, 3.0e-4]\n");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "See its file" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("fork: {sweep: digits, trial: 1}");
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("training.learning_rate: [1.0e-4, 3.0e-4]");
        Assert.Empty(Cluster.Asked);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Fork" }).ClickAsync();
        await ExpectAsync(session.Page, "#/sweeps/fine");
        Assert.Equal(
            "POST /api/sweeps/digits/fork "
                + """{"name":"fine","trial":"0001","set":{"training.epochs":"60","training.learning_rate":"[1.0e-4, 3.0e-4]"}}""",
            Assert.Single(Cluster.Asked)
        );
    }

    [Fact]
    public async Task A_refusal_is_shown_where_it_was_asked()
    {
        MayComplain = true; // the browser logs the 409
        Cluster.Refusal = (409, "the sweep is already stopping");
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await session.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(session.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("the sweep is already stopping");
    }

    [Fact]
    public async Task A_sweep_file_is_submitted_and_opened()
    {
        var session = await OpenAsync();
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Submit a sweep" }).ClickAsync();
        var dialog = session.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Submit" })).ToBeDisabledAsync();
        await dialog.GetByLabel("Sweep file").FillAsync("name: digits\ndataset: digits");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await ExpectAsync(session.Page, "#/sweeps/digits");
        Assert.Equal(["POST /api/sweeps name: digits\ndataset: digits"], Cluster.Asked);
    }

    [Fact]
    public async Task Who_is_asked_for_a_token_gives_it_once_and_it_is_not_in_an_address()
    {
        MayComplain = true; // the browser logs each 401
        Cluster.Token = "secret-token";
        var session = await OpenAsync("#/sweeps/digits/trials/0003");
        var addresses = new System.Collections.Concurrent.ConcurrentQueue<string>();
        session.Page.Request += (_, request) => addresses.Enqueue(request.Url);
        var dialog = session.Page.GetByRole(AriaRole.Dialog, new() { Name = "Who is looking?" });
        await dialog.GetByLabel("Token").FillAsync("wrong");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(session.Page.GetByText("That token is not accepted")).ToBeVisibleAsync();
        await dialog.GetByLabel("Token").FillAsync("secret-token");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(session.Page.GetByRole(AriaRole.Img, new() { Name = "samples of trial 0003" }))
            .ToHaveJSPropertyAsync("naturalWidth", 80);
        await session.Page.ReloadAsync();
        await session.SeeAsync("live");
        Assert.DoesNotContain(addresses, address => address.Contains("secret", StringComparison.Ordinal));
    }
}
