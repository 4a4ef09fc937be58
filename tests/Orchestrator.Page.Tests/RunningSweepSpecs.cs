using System.Globalization;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Orchestrator.Page.Tests.Running;

namespace Orchestrator.Page.Tests;

/// <summary>The page of a real node while a sweep runs there: everything between the journal and what an operator sees.</summary>
[Collection(nameof(Sequential))]
public sealed class RunningSweepSpecs(Chromium chromium) : IAsyncLifetime
{
    const float TwoSeconds = 2000;
    const int Epochs = 40;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly string Sweep = $$"""
        name: watched
        dataset: digits
        seed: 3
        trial:
          flow: { architecture: glow, levels: 2, steps: 2, hidden: 16 }
          training: { epochs: {{Epochs}}, batch_size: 64, learning_rate: 1.0e-3 }
        parameters:
          base:
            - { distribution: gaussian }
            - { distribution: von-mises-fisher, kappa: 1d }
        evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
        """;

    const string Scheduled = """
        name: raced
        dataset: digits
        seed: 3
        trial:
          flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
          training: { epochs: 4, batch_size: 64 }
        parameters:
          training.learning_rate: { log_uniform: [1.0e-4, 3.0e-3] }
        search: { algorithm: random, trials: 6 }
        scheduler: { algorithm: asha, mode: promote, min_epochs: 1, max_epochs: 4, reduction: 2 }
        evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
        """;

    readonly TemporaryFolder folder = new();
    readonly HttpClient client = new();
    Run node = null!;
    string address = "";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var port = FreePorts.Row(2);
        address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port + 1}");
        node = Run.Orchestrator(
            folder.Path,
            "node",
            "start",
            "--role",
            "coordinator",
            "--role",
            "worker",
            "--role",
            "evaluator",
            "--slots",
            "1",
            "--data-dir",
            "runs",
            "--port",
            port.ToString(CultureInfo.InvariantCulture),
            "--http-port",
            (port + 1).ToString(CultureInfo.InvariantCulture)
        );
        await node.Wrote("node akka");
    }

    [Fact]
    public async Task An_operator_submits_a_sweep_watches_it_halts_it_and_sees_what_came_of_it()
    {
        await using var session = await PageSession.OpenAsync(chromium, address);
        var page = session.Page;
        await session.SeeAsync("No sweep yet.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit a sweep" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Sweep file").FillAsync(Sweep);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(address + "/#/sweeps/watched");
        await Expect(page.Locator("tr.row")).ToHaveCountAsync(2);

        // What the API knows, the page shows within two seconds.
        for (var seen = 0; seen < 3; seen++)
            await ShowsWithin(page, await EpochsBeyond(seen * 4));

        await Confirmed(page, "Pause");
        await Expect(page.Locator(".badge.is-paused").First).ToBeVisibleAsync();
        await Confirmed(page, "Resume");
        await Expect(page.Locator(".heading .badge.is-running")).ToBeVisibleAsync();

        await page.GotoAsync($"{address}/#/nodes");
        await Expect(page.Locator(".slot", new() { HasText = "watched" }).First).ToBeVisibleAsync();

        await page.GotoAsync($"{address}/#/sweeps/watched/trials/{(await Trials())[0].GetProperty("id").GetString()}");
        await Expect(page.Locator(".log")).ToContainTextAsync("bits/dim, learning rate");
        await Expect(page.Locator(".curves canvas")).ToHaveCountAsync(4);
        await Expect(page.Locator(".scores")).ToContainTextAsync("interpolation, ", new() { Timeout = 120_000 });
        await Expect(page.Locator(".pictures img").First).ToBeVisibleAsync();
        Assert.True(
            await page.Locator(".pictures img")
                .First.EvaluateAsync<bool>("async picture => { await picture.decode(); return picture.naturalWidth > 16; }")
        );

        await page.GotoAsync($"{address}/#/sweeps");
        await Expect(page.Locator(".card")).ToContainTextAsync("2 of 2 trials", new() { Timeout = 120_000 });
        foreach (
            var view in new[] { "sweeps/watched", "sweeps/watched/plots", "sweeps/watched/pictures", "sweeps/watched/journal", "nodes" }
        )
        {
            await page.GotoAsync($"{address}/#/{view}");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            var found = await page.RunAxe();
            Assert.Empty(
                found
                    .Violations.Where(violation => violation.Impact is "serious" or "critical")
                    .Select(violation => $"{view}: {violation.Id}: {violation.Nodes[0].Html}")
            );
        }

        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task An_operator_watches_trials_being_drawn_and_the_better_ones_promoted()
    {
        await using var session = await PageSession.OpenAsync(chromium, address);
        var page = session.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit a sweep" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Sweep file").FillAsync(Scheduled);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(address + "/#/sweeps/raced");
        await Expect(page.Locator(".facts").First).ToContainTextAsync(" to come");
        await page.GetByRole(AriaRole.Link, new() { Name = "Rungs" }).ClickAsync(new() { Timeout = 120_000 });
        var patience = new LocatorAssertionsToContainTextOptions { Timeout = 120_000 };
        await Expect(page.Locator(".journal li").Last).ToContainTextAsync("rung 1 → 2", patience);
        await Expect(page.Locator(".ladder tbody tr").Last.Locator("td").Nth(1)).ToHaveTextAsync("6", new() { Timeout = 120_000 });

        await page.GotoAsync($"{address}/#/sweeps");
        await Expect(page.Locator(".card")).ToContainTextAsync("completed", patience);
        await page.GotoAsync($"{address}/#/sweeps/raced/trials?state=pruned");
        await Expect(page.Locator("tr.row").First).ToContainTextAsync("pruned");
        await page.GotoAsync($"{address}/#/sweeps/raced/plots");
        await Expect(page.Locator("table.front tbody tr").First).ToBeVisibleAsync();
        Assert.Empty(session.Complaints);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.DisposeAsync();
        folder.Dispose();
    }

    static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <summary>Asked for, confirmed, and done.</summary>
    static async Task Confirmed(IPage page, string verb)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = verb }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    static Task<IJSHandle> ShowsWithin(IPage page, (string Trial, int Epochs) report) =>
        page.WaitForFunctionAsync(
            """
            report => [...document.querySelectorAll('tr.row')].some(
              row => row.textContent.includes(report.trial) && Number(row.textContent.match(/(\d+) \/ \d+/)?.[1]) >= report.epochs)
            """,
            new { trial = report.Trial, epochs = report.Epochs },
            new() { Timeout = TwoSeconds }
        );

    /// <summary>Waits for the next report of a trial.</summary>
    async Task<(string Trial, int Epochs)> EpochsBeyond(int epochs)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(50, Stop))
        {
            foreach (var trial in await Trials())
                if (trial.GetProperty("epochs").GetInt32() is var done && done > epochs)
                    return (trial.GetProperty("id").GetString()!, done);
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < Patience,
                $"no trial reported more than {epochs} epochs within {Patience}:\n{node}"
            );
        }
    }

    async Task<IReadOnlyList<JsonElement>> Trials()
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{address}/api/sweeps/watched/trials"), Stop));
        return [.. answer.RootElement.GetProperty("trials").EnumerateArray().Select(trial => trial.Clone())];
    }
}
