using System.Diagnostics;
using Microsoft.Playwright;
using Orchestrator.Page.Tests.Fake;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Page.Tests;

/// <summary>What happens in the cluster is on the page within two seconds, and a lost connection says so.</summary>
[Collection(nameof(Sequential))]
public sealed class ViewSpecs(Chromium chromium) : PageSpecs(chromium)
{
    const float TwoSeconds = 2000;

    static readonly string Large = $$"""
        name: large
        dataset: digits
        trial: { training: { epochs: 2 } }
        parameters:
          base:
            - { distribution: gaussian }
            - { distribution: dirichlet, alpha: 2 }
            - { distribution: von-mises-fisher, kappa: [1d, 2d] }
          flow.hidden: [16, 32, 48, 64, 80]
          training.learning_rate: [{{string.Join(", ", Enumerable.Range(1, 500).Select(number => $"{number}.0e-5"))}}]
        """;

    [Fact]
    public async Task A_report_changes_its_row_within_two_seconds()
    {
        var session = await OpenAsync("#/sweeps/digits?filter=trial%3D0032");
        await Expect(session.Page.Locator("tr.row")).ToContainTextAsync("4 / 30");
        await Cluster.ListenedAsync();
        Cluster.Report(Digits.Learn(32, 17), 32);
        await Expect(session.Page.Locator("tr.row")).ToContainTextAsync("17 / 30", new() { Timeout = TwoSeconds });
    }

    [Fact]
    public async Task A_sweep_s_counts_and_state_follow()
    {
        var session = await OpenAsync();
        await session.SeeAsync("28 of 40 trials");
        await Cluster.ListenedAsync();
        Cluster.ReportState(Digits.Complete(32).Is(SweepStatus.Paused));
        await Expect(session.Page.Locator(".card")).ToContainTextAsync("29 of 40 trials", new() { Timeout = TwoSeconds });
        await Expect(session.Page.Locator(".card .badge")).ToContainTextAsync("paused", new() { Timeout = TwoSeconds });
    }

    [Fact]
    public async Task A_finished_epoch_extends_the_learning_curve()
    {
        var session = await OpenAsync("#/sweeps/digits/compare?trials=0032");
        var chart = session.Page.Locator(".curves");
        await Expect(chart).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("after epoch 4"));
        await Cluster.ListenedAsync();
        Cluster.Report(Digits.Learn(32, 5), 32);
        await Expect(chart)
            .ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("after epoch 5"), new() { Timeout = TwoSeconds });
        Cluster.Report(Digits.Learn(32, 9), 32);
        await Expect(chart)
            .ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("after epoch 9"), new() { Timeout = TwoSeconds });
    }

    [Fact]
    public async Task Pictures_appear_when_a_trial_is_evaluated()
    {
        var session = await OpenAsync("#/sweeps/digits/trials/0006");
        await session.SeeAsync("after epoch");
        await Expect(session.Page.Locator(".pictures img")).ToHaveCountAsync(0);
        await Cluster.ListenedAsync();
        Cluster.Report(Digits.Evaluate(6), 6);
        await Expect(session.Page.Locator(".pictures img")).ToHaveCountAsync(3, new() { Timeout = TwoSeconds });
    }

    [Fact]
    public async Task The_log_of_a_running_trial_is_followed()
    {
        var session = await OpenAsync("#/sweeps/digits/trials/0032");
        await Expect(session.Page.Locator(".log")).ToContainTextAsync("epoch 40:");
        Digits.Log += "a new line\n";
        await Expect(session.Page.Locator(".log"))
            .ToContainTextAsync("validation 1.7750 bits/dim\na new line", new() { Timeout = TwoSeconds });
        Assert.True(
            await session.Page.Locator(".log").EvaluateAsync<bool>("log => log.scrollTop + log.clientHeight >= log.scrollHeight - 2"),
            "the newest line is in sight"
        );
    }

    [Fact]
    public async Task Nodes_are_read_again_when_something_of_them_changed()
    {
        var session = await OpenAsync("#/nodes");
        await session.SeeAsync("10.0.0.2:4053");
        await Cluster.ListenedAsync();
        Cluster.Nodes = new
        {
            nodes = new[]
            {
                new
                {
                    address = "10.0.0.9:4053",
                    roles = new[] { "worker" },
                    status = "up",
                    active_coordinator = false,
                    slots = Array.Empty<object>(),
                },
            },
            evaluation_queue = 0,
        };
        Cluster.Publish("nodes", new { });
        await Expect(session.Page.GetByText("10.0.0.9:4053")).ToBeVisibleAsync(new() { Timeout = TwoSeconds });
    }

    [Fact]
    public async Task A_lost_connection_says_so_and_goes_on_where_it_was()
    {
        MayComplain = true; // refused connections
        var session = await OpenAsync("#/sweeps/digits?filter=trial%3D0032");
        await session.SeeAsync("live");
        await Cluster.ListenedAsync();
        Cluster.Report(Digits.Learn(32, 5), 32);
        await Expect(session.Page.Locator("tr.row")).ToContainTextAsync("5 / 30");
        Cluster.IsDown = true;
        await session.SeeAsync("Connection lost, trying again.");
        await Expect(session.Page.Locator("tr.row")).ToContainTextAsync("5 / 30"); // what was known stays
        Cluster.Report(Digits.Learn(32, 8), 32); // nobody hears it now
        Cluster.IsDown = false;
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Try now" }).ClickAsync();
        await Expect(session.Page.Locator("tr.row")).ToContainTextAsync("8 / 30");
        await Expect(session.Page.Locator(".connection")).ToHaveTextAsync("live");
        Assert.Contains("1", Cluster.ResumedFrom);
    }

    [Fact]
    public async Task Ten_thousand_trials_are_there_within_two_seconds_and_scroll_with_few_rows_in_the_document()
    {
        Cluster.Sweeps.Add(new FakeSweep(Large, finished: 6200));
        // Made ready once, as a coordinator that has been running is.
        using var client = new HttpClient();
        await client.GetStringAsync(new Uri($"{Cluster.Address}/api/sweeps/large/trials"), TestContext.Current.CancellationToken);
        var session = await OpenAsync("#/nodes");
        await session.SeeAsync("10.0.0.2:4053");
        await session.Page.GotoAsync("about:blank");

        var clock = Stopwatch.StartNew();
        await session.Page.GotoAsync($"{Cluster.Address}/#/sweeps/large");
        // At each frame: the browser's driver asks ever more rarely, at last once a second.
        await session.Page.WaitForFunctionAsync("() => document.querySelector('tr.row')?.textContent.includes('0001')");
        var loaded = clock.Elapsed;
        await Expect(session.Page.Locator("tr.row").First).ToContainTextAsync("0001");
        TestContext.Current.SendDiagnosticMessage($"10,000 trials: shown after {loaded.TotalMilliseconds:F0} ms");
        Assert.True(loaded < TimeSpan.FromSeconds(2), $"initial load took {loaded}");

        var box = session.Page.Locator(".table-box");
        var slowest = await box.EvaluateAsync<double>(
            """
            async box => {
                let slowest = 0, before = performance.now();
                for (let step = 1; step <= 40; step++) {
                    box.scrollTop = box.scrollHeight * step / 40;
                    await new Promise(requestAnimationFrame);
                    const now = performance.now();
                    slowest = Math.max(slowest, now - before);
                    before = now;
                    if (box.querySelectorAll('tr.row').length > 80) throw new Error('rows pile up');
                }
                return slowest;
            }
            """
        );
        TestContext.Current.SendDiagnosticMessage($"10,000 trials: slowest frame {slowest:F0} ms");
        await Expect(session.Page.Locator("tr.row").Last).ToContainTextAsync("10000");
        Assert.InRange(await session.Page.Locator("tr.row").CountAsync(), 10, 80);
        Assert.True(slowest < 250, $"a frame took {slowest} ms");
    }
}
