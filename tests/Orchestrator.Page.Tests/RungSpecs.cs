using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Orchestrator.Page.Tests.Fake;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;

namespace Orchestrator.Page.Tests;

/// <summary>A sweep whose search draws trials from ranges, and whose scheduler promotes the better ones.</summary>
public sealed class RungSpecs(Chromium chromium) : PageSpecs(chromium)
{
    readonly FakeSweep ladder = FakeSweep.Scheduled();

    [Fact]
    public async Task Eachladder_has_a_table_of_its_rungs_the_highest_first()
    {
        var page = (await OpenLadderAsync("rungs")).Page;
        foreach (var steps in RungRow.Of(ladder.State).GroupBy(rung => rung.Ladder))
        {
            var table = page.Locator(".ladder", new() { HasText = steps.Key! });
            await Expect(table.Locator("tbody tr")).ToHaveCountAsync(3);
            var cells = await table
                .Locator("tbody tr")
                .EvaluateAllAsync<string[][]>("rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))");
            foreach (var (rung, row) in steps.OrderByDescending(rung => rung.Level).Zip(cells))
            {
                Assert.Equal([Text(rung.Level), Text(rung.Arrived)], row[1..3]);
                Assert.Equal(rung.Survived is { } survived ? [Text(rung.Waiting), Text(survived)] : ["", "the end"], row[4..6]);
                Assert.Equal(
                    rung.Best is { } best ? $"{best.ToString("F3", CultureInfo.InvariantCulture)} bits/dim" : "— bits/dim",
                    row[6]
                );
            }
        }
    }

    [Fact]
    public async Task A_promotion_is_told_as_it_happens_and_the_rungs_follow()
    {
        var session = await OpenLadderAsync("rungs");
        await session.SeeAsync("None yet.");
        await Cluster.ListenedAsync();
        var before = ladder.State;
        while (ladder.State.Trials.Sum(trial => trial.Promotions) == before.Trials.Sum(trial => trial.Promotions))
            ladder.Work(1);
        var promoted = ladder.State.Trials.First(trial =>
            trial.Number <= before.Trials.Count && trial.Promotions > before.Trial(trial.Number).Promotions
        );
        foreach (var trial in ladder.State.Trials.Where(trial => trial.Number > before.Trials.Count || trial == promoted))
            Cluster.Report(ladder, trial.Number);
        Cluster.ReportState(ladder);

        await Expect(session.Page.Locator(".journal li")).ToContainTextAsync($"{promoted.Id} · ");
        await Expect(session.Page.Locator(".journal li")).ToContainTextAsync($"rung {promoted.Promotions} → {promoted.Promotions + 1}");
        foreach (var rung in RungRow.Of(ladder.State))
            await Expect(
                    session
                        .Page.Locator(".ladder", new() { HasText = rung.Ladder! })
                        .Locator("tbody tr", new() { Has = session.Page.Locator($"td:nth-child(2):text-is('{rung.Level}')") })
                        .Locator("td")
                        .Nth(1)
                )
                .ToHaveTextAsync(Text(rung.Arrived));
    }

    [Fact]
    public async Task States_trials_to_come_and_what_the_scheduler_did_are_in_words()
    {
        var session = await OpenLadderAsync("trials");
        var page = session.Page;
        var (paused, all, there) = (ladder.State.Count(TrialStatus.Paused), ladder.State.PlannedTrials, ladder.State.Trials.Count);
        Assert.InRange(there, 1, all - 1);
        await Expect(page.Locator(".facts").First).ToContainTextAsync($"/ {all}");
        await Expect(page.Locator(".facts").First).ToContainTextAsync($"{paused} paused, {all - there} to come");
        await Expect(page.Locator(".progress"))
            .ToHaveAttributeAsync("aria-label", new Regex($"^{all} trials: .*{paused} paused, {all - there} to come$"));
        await page.GetByRole(AriaRole.Button, new() { Name = $"paused {paused}" }).ClickAsync();
        await Expect(page.Locator(".shown")).ToHaveTextAsync($"{paused} of {there} trials");
        await page.Locator("tr.row a").First.ClickAsync();
        await session.SeeAsync("Trained to a rung, 1 epoch, where it waits to be promoted.");

        ladder.StopsWaiting();
        var pruned = ladder.State.Trials.First(trial => trial.Status == TrialStatus.Pruned);
        await page.GotoAsync($"{Cluster.Address}/#/sweeps/ladder/trials/{pruned.Id}");
        await page.ReloadAsync();
        await session.SeeAsync("Given up by the scheduler after ");
        await Expect(page.Locator(".heading .badge")).ToHaveTextAsync("⊘pruned");
    }

    [Fact]
    public async Task Parameters_from_ranges_are_compared_on_the_scale_of_their_range()
    {
        var ids = ladder.Rows.Take(4).Select(row => row.Id).ToList();
        var page = (await OpenLadderAsync($"compare?trials={string.Join(',', ids)}")).Page;
        var rate = page.Locator("table.compare tr", new() { HasText = "training.learning_rate" });
        await Expect(rate.Locator("th")).ToContainTextAsync("0.0001 … 0.003, log");
        await Expect(rate.Locator(".place")).ToHaveCountAsync(4);
        var places = await rate.Locator(".place span")
            .EvaluateAllAsync<double[]>("marks => marks.map(mark => parseFloat(mark.style.left) / 100)");
        foreach (var (row, place) in ladder.Rows.Zip(places))
        {
            var value = double.Parse(row.Parameters["training.learning_rate"], CultureInfo.InvariantCulture);
            Assert.Equal(Math.Log(value / 1e-4) / Math.Log(30), place, 4);
        }

        await Expect(page.Locator("table.compare tr", new() { HasText = "base.kappa" }).Locator("th")).ToContainTextAsync("0.5d … 4d, log");
        await page.GotoAsync($"{Cluster.Address}/#/sweeps/ladder/plots");
        await Expect(page.Locator(".parallel canvas"))
            .ToHaveAttributeAsync("aria-label", new Regex("learning rate, distribution, kappa, validation"));
    }

    [Fact]
    public async Task The_pareto_front_is_marked_and_listed_where_trials_are_evaluated()
    {
        ladder.Work(20);
        foreach (var trial in ladder.State.Trials.Where(trial => trial.Status == TrialStatus.Completed).ToList())
            ladder.Evaluate(trial.Number);
        var front = ParetoFront.Of(ladder.State).Trials;
        Assert.NotEmpty(front);
        var page = (await OpenLadderAsync("plots")).Page;
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = $"Pareto front: {front.Count} of " })).ToBeVisibleAsync();
        await Expect(page.Locator("table.front tbody tr")).ToHaveCountAsync(front.Count);
        var listed = await page.Locator("table.front tbody th")
            .EvaluateAllAsync<string[]>("heads => heads.map(head => head.textContent.trim())");
        Assert.Equal(front.Select(number => $"{number:D4}").Order(), listed.Select(text => text[..4]).Order());
    }

    [Fact]
    public async Task A_sweep_without_rungs_has_no_view_of_them()
    {
        var page = (await OpenAsync("#/sweeps/digits")).Page;
        await Expect(page.Locator(".tabs")).ToContainTextAsync("Plots");
        await Expect(page.Locator(".tabs")).Not.ToContainTextAsync("Rungs");
    }

    async Task<PageSession> OpenLadderAsync(string view)
    {
        Cluster.Sweeps.Add(ladder);
        return await OpenAsync($"#/sweeps/ladder/{view}");
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
