using Orchestrator.Page.Tests.Fake;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Reports.Views;

namespace Orchestrator.Page.Tests;

/// <summary>What is swept is seen in every view, whatever form the sweep file has: the shipped sweeps, and one of every form of
/// docs/sweep-file.md.</summary>
public sealed class SweptSpecs(Chromium chromium) : PageSpecs(chromium)
{
    const string Head = "name: form\ndataset: digits\ntrial: { training: { epochs: 2 } }\n";
    const string Bases = "base.distribution base.alpha base.kappa";

    /// <summary>A sweep file, the paths at which its trials differ, and what the label of its last trial is.</summary>
    public static TheoryData<string, string, string> Files =>
        new()
        {
            { Shipped("digits"), $"{Bases} training.learning_rate", "gaussian lr=0.001" },
            { Shipped("fashion-mnist"), Bases, "von-mises-fisher kappa=1d" },
            { Shipped("paper-fashion-mnist"), $"{Bases} replicate", "von-mises-fisher kappa=2d replicate=2" },
            {
                Shipped("paper-cifar10").Replace("epochs: 100", "epochs: 2", StringComparison.Ordinal),
                $"{Bases} replicate",
                "von-mises-fisher kappa=2d replicate=3"
            },
            {
                Head + "parameters: { training.learning_rate: [1.0e-3, 3.0e-3], flow.steps: { choice: [4, 8] } }",
                "training.learning_rate flow.steps",
                "lr=0.003 steps=8"
            },
            { Head + "parameters: { training: { learning_rate: 1.0e-3, epochs: [1, 2] } }", "training.epochs", "epochs=2" },
            {
                Head
                    + "parameters: { base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: 2 }, { distribution: "
                    + "von-mises-fisher, kappa: { choice: [1d, 1.5d, 2d, 10d] } }] }",
                Bases,
                "von-mises-fisher kappa=10d"
            },
            { Head + "parameters: { base: [{ distribution: von-mises-fisher, kappa: [1d, 200] }] }", "base.kappa", "kappa=200" },
            {
                Head
                    + "parameters: { trial: [{}, { base: { distribution: dirichlet, alpha: [1, 2] } }, { flow: { levels: 1 }, "
                    + "training.ema: 0.5 }] }",
                "flow.levels base.distribution base.alpha training.ema",
                "levels=1 gaussian ema=0.5"
            },
            {
                Head.Replace("trial: {", "trial: { base: { distribution: von-mises-fisher, kappa: 1d },", StringComparison.Ordinal)
                    + "parameters: { trial: [{}, { base.distribution: gaussian }] }",
                "base.distribution base.kappa",
                "gaussian"
            },
            { Head + "parameters: { flow.levels: [1, 2], replicate: [1, 2, 3] }", "flow.levels replicate", "levels=2 replicate=3" },
            { Head + "parameters: { replicate: [4, 5] }", "replicate", "replicate=5" },
            {
                Head
                    + "parameters: { training.learning_rate: [1.00001e-3, 1.00002e-3, 1.00003e-3, 1.00004e-3, 1.00005e-3, 1.00006e-3, "
                    + "1.00007e-3] }",
                "training.learning_rate",
                "lr=0.00100007"
            },
            { Head + "parameters: { flow.levels: [1] }", "", "" },
            { Head, "", "" },
            { Shipped("asha-digits"), "training.learning_rate flow.coupling base.distribution base.kappa", "" },
            {
                Head
                    + "parameters: { training.learning_rate: { log_uniform: [1.0e-4, 3.0e-3] }, flow.hidden: { int_uniform: [8, 64] }, "
                    + "base: [{ distribution: gaussian }, { distribution: von-mises-fisher, kappa: { log_uniform: [0.5d, 4d] } }] }\n"
                    + "search: { algorithm: random, trials: 8 }",
                "training.learning_rate flow.hidden base.distribution base.kappa",
                "lr=0.0004458792 hidden=38 gaussian"
            },
        };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public async Task Every_view_shows_the_leaves_in_which_trials_differ(string file, string differing, string lastLabel)
    {
        var sweep = FakeSweep.Completed(file);
        Cluster.Sweeps.Clear();
        Cluster.Sweeps.Add(sweep);
        var (paths, rows) = (differing.Split(' ', StringSplitOptions.RemoveEmptyEntries), sweep.Rows);
        var session = await OpenAsync($"#/sweeps/{sweep.Id}", width: 1900);
        var page = session.Page;

        await Expect(page.Locator("tr.row")).ToHaveCountAsync(rows.Count);
        var heads = await page.Locator("th[role=columnheader] button")
            .EvaluateAllAsync<string[]>("buttons => buttons.map(button => button.title)");
        Assert.Equal(
            paths,
            heads
                .SkipWhile(head => head != "order by state")
                .Skip(1)
                .TakeWhile(head => !head.StartsWith("order by epoch", StringComparison.Ordinal))
        );
        var cells = await page.Locator("tr.row")
            .EvaluateAllAsync<string[][]>("rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))");
        foreach (var (index, path) in paths.Index())
            Assert.Equal(rows.Select(row => Text(row, path)), cells.OrderBy(cell => cell[1]).Select(cell => cell[3 + index]));

        foreach (var path in paths)
        {
            var value =
                rows[^1].Parameters.GetValueOrDefault(path)
                ?? rows.Select(row => row.Parameters.GetValueOrDefault(path)).OfType<string>().First();
            await page.Locator("input[type=search]").FillAsync($"{path[(path.LastIndexOf('.') + 1)..]}={value}");
            await Expect(page.Locator("tr.row")).ToHaveCountAsync(rows.Count(row => row.Parameters.GetValueOrDefault(path) == value));
        }

        await page.GotoAsync($"{Cluster.Address}/#/sweeps/{sweep.Id}/plots");
        await Expect(page.Locator(".legend li")).ToHaveCountAsync(Math.Min(8, rows.Count));
        var last = $"{rows[^1].Id}{(lastLabel.Length > 0 ? " · " : "")}{lastLabel}";
        if (rows.Count <= 8)
            await Expect(page.Locator(".legend")).ToContainTextAsync(last + " ");
        await Expect(page.Locator(".curves"))
            .ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex(paths.Length == 0 ? "0001: " : "\\d{4} · .*: "));
        await Expect(page.Locator(".parallel canvas"))
            .ToHaveAttributeAsync(
                "aria-label",
                new System.Text.RegularExpressions.Regex($": {string.Join(", ", paths.Select(Short).Append("validation"))}\\. ")
            );
        if (paths.Length > 0 && rows.Count >= 4)
        {
            var names = await page.Locator(".importance .name").EvaluateAllAsync<string[]>("names => names.map(name => name.title)");
            Assert.Equal(paths.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
            Assert.DoesNotContain(
                "not set",
                await page.Locator(".importance tbody tr:first-child th")
                    .EvaluateAllAsync<string[]>("heads => heads.map(head => head.textContent)")
            );
        }

        await page.GotoAsync(
            $"{Cluster.Address}/#/sweeps/{sweep.Id}/compare?trials={string.Join(',', rows.Take(8).Select(row => row.Id))}"
        );
        await Expect(page.Locator("table.compare tr.differs, table.compare tr.same")).ToHaveCountAsync(paths.Length);
        foreach (var path in paths)
            Assert.Equal(
                rows.Take(8).Select(row => Text(row, path)),
                await page.Locator("table.compare tr", new() { Has = page.Locator($"th span:text-is('{path}')") })
                    .Locator("td")
                    .EvaluateAllAsync<string[]>("cells => cells.map(cell => cell.textContent.trim())")
            );
        if (rows[0].Id != rows[^1].Id && rows.Count <= 8)
            await Expect(page.Locator(".curves"))
                .ToHaveAttributeAsync(
                    "aria-label",
                    new System.Text.RegularExpressions.Regex(System.Text.RegularExpressions.Regex.Escape(last + ": "))
                );

        await page.GotoAsync($"{Cluster.Address}/#/sweeps/{sweep.Id}/pictures");
        await Expect(page.Locator("figcaption", new() { HasTextRegex = new System.Text.RegularExpressions.Regex($"^\\s*{rows[0].Id}") }))
            .ToContainTextAsync(paths.Length == 0 ? "0001" : "0001 · ");

        await page.GotoAsync($"{Cluster.Address}/#/");
        await Expect(page.Locator(".card")).ToContainTextAsync(sweep.Summary().Best!.Label);
    }

    [Fact]
    public async Task Every_shipped_sweep_is_among_these()
    {
        await OpenAsync();
        var shipped = Directory
            .GetFiles(Path.Combine(Checkout.Repository, "sweeps"), "*.yaml")
            .Select(File.ReadAllText)
            .Select(text => text.Split('\n')[0])
            .ToList();
        Assert.All(shipped, first => Assert.Contains(Files, row => row.Data.Item1.StartsWith(first, StringComparison.Ordinal)));
    }

    /// <summary>What the page writes for a value, which is what the file has.</summary>
    static string Text(TrialRow row, string path) => row.Parameters.GetValueOrDefault(path) ?? "—";

    static string Short(string path) => path[(path.LastIndexOf('.') + 1)..].Replace('_', ' ');

    static string Shipped(string name) => File.ReadAllText(Path.Combine(Checkout.Repository, "sweeps", name + ".yaml"));
}
