using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Orchestrator.Page.Tests.Fake;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Page.Tests;

/// <summary>What each view shows.</summary>
public sealed class ContentSpecs(Chromium chromium) : PageSpecs(chromium)
{
    [Fact]
    public async Task Sweeps_are_listed_with_progress_time_left_and_the_best_trial()
    {
        var session = await OpenAsync();
        var card = session.Page.Locator(".card");
        await Expect(card).ToContainTextAsync("28 of 40 trials");
        await Expect(card).ToContainTextAsync(new Regex("time left: ≈ \\d+\u202fmin"));
        await Expect(card).ToContainTextAsync("12 evaluations to come"); // of those that train, wait or are done
        var best = Digits
            .Rows.Where(row => row.State != TrialStatus.Failed && row.ValidationBitsPerDim is not null)
            .MinBy(row => row.ValidationBitsPerDim)!;
        await Expect(card)
            .ToContainTextAsync(
                string.Create(CultureInfo.InvariantCulture, $"Best trial {best.Id} · gaussian hidden={best.Parameters["flow.hidden"]} lr=")
            );
        await Expect(card).ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"validation {best.ValidationBitsPerDim:F3}"));
        await Expect(card.Locator(".progress"))
            .ToHaveAttributeAsync("aria-label", "40 trials: 28 completed, 3 running, 3 failed, 6 pending");
    }

    [Fact]
    public async Task Trials_are_filtered_by_words_and_comparisons_and_sorted_by_a_column()
    {
        var session = await OpenAsync("#/sweeps/digits");
        var rows = session.Page.Locator("tr.row");
        await Expect(rows.First).ToContainTextAsync("0001");
        await session.Page.Keyboard.PressAsync("/");
        await session.Page.Keyboard.TypeAsync("gaussian fid<40 hidden=64");
        var shown = Digits.Rows.Count(row =>
            row.Parameters["base.distribution"] == "gaussian" && row.Fid < 40 && row.Parameters["flow.hidden"] == "64"
        );
        await Expect(session.Page.Locator(".shown")).ToHaveTextAsync($"{shown} of 40 trials");
        await session.Page.Locator("input[type=search]").FillAsync("");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "FID" }).ClickAsync();
        await Expect(rows.First).ToContainTextAsync(Digits.Rows.Where(row => row.Fid is not null).MinBy(row => row.Fid)!.Id);
        await Expect(session.Page.GetByRole(AriaRole.Columnheader, new() { Name = "FID" })).ToHaveAttributeAsync("aria-sort", "ascending");
        await ExpectAsync(session.Page, "#/sweeps/digits?sort=fid");
        await session.Page.ReloadAsync();
        await Expect(rows.First).ToContainTextAsync(Digits.Rows.Where(row => row.Fid is not null).MinBy(row => row.Fid)!.Id);
    }

    [Fact]
    public async Task A_trial_shows_curves_scores_pictures_checkpoint_and_log()
    {
        var session = await OpenAsync("#/sweeps/digits/trials/0003");
        await Expect(session.Page.GetByRole(AriaRole.Img, new() { Name = "Bits per dimension. validation:" })).ToBeVisibleAsync();
        await Expect(session.Page.Locator(".curves canvas")).ToHaveCountAsync(4);
        await Expect(session.Page.Locator(".scores")).ToContainTextAsync("interpolation, slerp");
        await Expect(session.Page.Locator(".scores")).ToContainTextAsync("−4.2");
        await Expect(session.Page.GetByRole(AriaRole.Img, new() { Name = "samples of trial 0003" }))
            .ToHaveJSPropertyAsync("naturalWidth", 80);
        await session.SeeAsync("/data/sweeps/digits/trials/0003/checkpoints/660");
        await Expect(session.Page.Locator(".log")).ToContainTextAsync("epoch 40:");
    }

    [Fact]
    public async Task A_failed_trial_says_why()
    {
        var session = await OpenAsync("#/sweeps/digits/trials/0005");
        await session.SeeAsync("loss is not finite at step 212, first in layer couplings.3");
    }

    [Fact]
    public async Task Plots_have_curves_trade_off_parallel_coordinates_and_importance_that_says_what_it_is()
    {
        var session = await OpenAsync("#/sweeps/digits/plots");
        await Expect(session.Page.Locator(".curves canvas")).ToBeVisibleAsync();
        await Expect(session.Page.GetByRole(AriaRole.Img, new() { Name = "FID against bits per dimension of 25 trials" }))
            .ToBeVisibleAsync();
        await Expect(session.Page.GetByRole(AriaRole.Img, new() { Name = "Parallel coordinates of 28 trials" })).ToBeVisibleAsync();
        await Expect(session.Page.Locator(".importance li").First).ToContainTextAsync("alpha");
        await session.SeeAsync("epsilon squared");
        var distribution = session.Page.Locator(".importance li", new() { HasText = "distribution" });
        await distribution.Locator("summary").ClickAsync();
        await Expect(distribution.Locator("table")).ToContainTextAsync("dirichlet");
    }

    [Fact]
    public async Task Dragging_along_an_axis_keeps_a_range_whose_best_can_be_compared()
    {
        var session = await OpenAsync("#/sweeps/digits/plots");
        var canvas = session.Page.Locator(".parallel canvas");
        await canvas.ScrollIntoViewIfNeededAsync();
        var box = (await canvas.BoundingBoxAsync())!;
        await session.Page.Mouse.MoveAsync(box.X + 112, box.Y + 320);
        await session.Page.Mouse.DownAsync();
        await session.Page.Mouse.MoveAsync(box.X + 112, box.Y + 345, new() { Steps = 4 });
        await session.Page.Mouse.UpAsync();
        var dirichlet = Digits.Rows.Count(row => row.State == TrialStatus.Completed && row.Parameters["base.distribution"] == "dirichlet");
        await session.SeeAsync($"{dirichlet} trials of 28 within the ranges.");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Compare the best 8" }).ClickAsync();
        await Expect(session.Page.Locator("table.compare tbody tr", new() { HasText = "base.distribution" })).ToHaveClassAsync("same");
    }

    [Fact]
    public async Task Pictures_show_the_best_first_and_another_kind_on_demand()
    {
        var session = await OpenAsync("#/sweeps/digits/pictures");
        var evaluated = Digits.Rows.Where(row => row.Fid is not null).ToList();
        await Expect(session.Page.Locator(".pictures figcaption").First)
            .ToContainTextAsync(evaluated.MinBy(row => row.ValidationBitsPerDim)!.Id + " · ");
        await session.Page.GetByLabel("order").SelectOptionAsync("fid");
        await Expect(session.Page.Locator(".pictures figcaption").First).ToContainTextAsync(evaluated.MinBy(row => row.Fid)!.Id);
        await session.Page.GetByLabel("Show").SelectOptionAsync("interpolation-slerp.png");
        await Expect(session.Page.Locator(".pictures img").First)
            .ToHaveAttributeAsync("src", new Regex("interpolation-slerp.png\\?width=320$"));
    }

    [Fact]
    public async Task Chosen_trials_are_compared_with_what_differs_and_which_is_best()
    {
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByLabel("choose trial 0001").ClickAsync();
        await session.Page.GetByLabel("choose trial 0014").ClickAsync();
        await session.Page.Locator(".picked").GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await ExpectAsync(session.Page, "compare?trials=0001%2C0014");
        await Expect(session.Page.Locator("tr.differs", new() { HasText = "base.distribution" })).ToContainTextAsync("dirichlet");
        await Expect(session.Page.Locator("td.winner").First).ToContainTextAsync("1.7");
        await Expect(session.Page.Locator(".sheets img")).ToHaveCountAsync(6);
    }

    [Fact]
    public async Task Sweeps_are_seen_beside_each_other_by_pairs_and_with_their_trials()
    {
        const string file =
            "dataset: digits\nparameters: { base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: 2 }], "
            + "replicate: [1, 2] }\n";
        foreach (var name in (string[])["one", "two"])
            Cluster.Sweeps.Add(FakeSweep.Completed($"name: {name}\n{file}"));
        var page = (await OpenAsync("#/sweeps/one/beside")).Page;
        await page.GetByLabel("two").CheckAsync();
        var table = page.GetByRole(AriaRole.Region, new() { Name = "two less one" }).Locator("table");
        await Expect(table.Locator("tr", new() { HasText = "test bits/dim" })).ToContainTextAsync("0 … 04");
        await page.GetByLabel("Grouped by").SelectOptionAsync("base");
        await Expect(table.Locator("tr", new() { HasText = "test bits/dim" })).ToHaveCountAsync(2);
        await Expect(table).ToContainTextAsync("dirichlet");
        // The best three of each.
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Trials of several sweeps" }).Locator("tbody tr")).ToHaveCountAsync(6);
        await Expect(page.Locator(".curves"))
            .ToHaveAttributeAsync("aria-label", new Regex("one · \\d{4} · .*two · \\d{4} · .* after epoch 10"));
        await page.GetByLabel("digits").CheckAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "digits less one", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_journal_is_read_from_its_end_and_earlier_on_demand()
    {
        var session = await OpenAsync("#/sweeps/digits/journal");
        var events = session.Page.Locator(".journal li");
        await Expect(events.First).ToContainTextAsync("lease_granted");
        var before = await events.CountAsync();
        Assert.InRange(before, 200, 800);
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Show earlier events" }).ClickAsync();
        await Expect(events).ToHaveCountAsync(before + 200);
    }

    [Fact]
    public async Task Nodes_show_their_slots_with_what_runs_and_the_evaluation_queue()
    {
        var session = await OpenAsync("#/nodes");
        await Expect(session.Page.Locator(".facts")).ToContainTextAsync("Evaluation queue4");
        await Expect(session.Page.Locator(".slot", new() { HasText = "digits 0020" })).ToContainTextAsync("attempt 2");
        await Expect(session.Page.Locator(".card", new() { HasText = "unreachable" })).ToContainTextAsync("10.0.0.3:4053");
        await session.Page.GetByRole(AriaRole.Link, new() { Name = "digits 0031" }).ClickAsync();
        await ExpectAsync(session.Page, "#/sweeps/digits/trials/0031");
    }

    [Fact]
    public async Task A_node_shows_what_it_found_out_about_its_machine()
    {
        var session = await OpenAsync("#/nodes");
        var findings = session.Page.Locator(".card", new() { HasText = "10.0.0.1:4053" }).Locator(".findings");
        await Expect(findings.Locator("summary")).ToContainTextAsync("1 warning");
        await Expect(findings.Locator("li").First).ToBeHiddenAsync();
        await findings.Locator("summary").ClickAsync();
        await Expect(findings.Locator("li").Nth(1)).ToContainTextAsync("nothing synchronises the clock of this machine");
        await Expect(findings.Locator("li").Nth(1)).ToContainTextAsync("→ let the system keep it");
        await Expect(session.Page.Locator(".card", new() { HasText = "10.0.0.2:4053" }).Locator(".findings")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Tokens_show_what_their_sweeps_took_of_what_they_may_and_a_sweep_whose_it_is()
    {
        Cluster.Tokens = new([
            new("alice", 2, 3, new CostFigures(3600, 18000, 0), new TokenQuota(4, 40, null)),
            new("bob", 1, 0, new CostFigures(0, 0, 0), null),
        ]);
        var session = await OpenAsync("#/");
        var rows = session.Page.GetByRole(AriaRole.Table, new() { Name = "By token" }).Locator("tbody tr");
        await Expect(rows.First).ToHaveTextAsync(new Regex("^alice\\s*2\\s*3.of.4\\s*1.h.0.min\\s*5 of 40$"));
        await Expect(rows.Nth(1)).ToContainTextAsync("bob");
        Cluster.Sweeps[0].SubmittedBy("alice");
        await session.Page.GotoAsync($"{Cluster.Address}/#/sweeps/digits/trials");
        await Expect(session.Page.Locator(".facts")).ToContainTextAsync("with token alice");
    }

    [Fact]
    public async Task A_trial_shows_what_each_of_its_attempts_took()
    {
        var session = await OpenAsync("#/sweeps/digits/trials/0001");
        var rows = session.Page.GetByRole(AriaRole.Table, new() { Name = "What its attempts took" }).Locator("tbody tr");
        await Expect(rows.First).ToContainTextAsync("attempt  1: done");
        await Expect(rows.Nth(1)).ToContainTextAsync("evaluation  1: done");
    }

    [Fact]
    public async Task An_empty_cluster_says_what_to_do()
    {
        Cluster.Sweeps.Clear();
        var session = await OpenAsync();
        await session.SeeAsync("No sweep yet.");
        await session.SeeAsync("orchestrator sweep submit FILE --server URL");
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        MayComplain = true; // the browser logs the 404
        var session = await OpenAsync("#/sweeps/other");
        await session.SeeAsync("there is no sweep 'other'");
        await session.Page.GotoAsync($"{Cluster.Address}/#/sweeps/digits/trials/9999");
        await session.SeeAsync("There is no trial 9999 in this sweep.");
    }
}
