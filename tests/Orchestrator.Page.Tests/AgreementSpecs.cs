using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Reports.Html;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Progress;

namespace Orchestrator.Page.Tests;

/// <summary>One running sweep at one moment, as terminal, HTTP, page, report and metrics tell it.</summary>
public sealed partial class AgreementSpecs(Chromium chromium) : PageSpecs(chromium)
{
    [Fact]
    public async Task Terminal_http_page_report_and_metrics_name_the_same_best_trial()
    {
        var best = Progress.Best!;
        Assert.Equal(best.Id, (await HttpAsync()).GetProperty("best").GetProperty("trial").GetString());
        Assert.Contains($"best trial {best.Id} ", await TerminalAsync(), StringComparison.Ordinal);
        Assert.Contains($"Best trial {best.Id} ", await PageAsync(), StringComparison.Ordinal);
        Assert.Contains($"The best on the validation split, trial {best.Id},", Report(), StringComparison.Ordinal);
        Assert.Equal(best.ValidationBitsPerDim, await MetricAsync("best_validation_bits_per_dim"));
        // Its test figure is its own, and no trial's that is not chosen.
        Assert.Equal(best.Scores?.Test.BitsPerDim, await MetricAsync("best_test_bits_per_dim"));
    }

    [Fact]
    public async Task They_plan_the_same_epochs()
    {
        var (done, planned) = (Progress.EpochsDone, Progress.EpochsPlanned);
        var sweep = await HttpAsync();
        Assert.Equal((done, planned), (sweep.GetProperty("epochs_done").GetInt64(), sweep.GetProperty("epochs_total").GetInt64()));
        Assert.Contains($"epochs {done} of {planned};", await TerminalAsync(), StringComparison.Ordinal);
        Assert.Contains($"{done} of {planned} epochs", await PageAsync(), StringComparison.Ordinal);
        Assert.Contains($"Epochs trained {done} of {planned} ", Report(), StringComparison.Ordinal);
        Assert.Equal((done, planned), (await MetricAsync("epochs_done"), await MetricAsync("epochs_planned")));
    }

    [Fact]
    public async Task They_say_the_same_time_is_left()
    {
        var left = Progress.TimeLeft.Total!.Value;
        Assert.InRange(left, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(59)); // so that each has one form to write it in
        Assert.Equal(left.TotalSeconds, (await HttpAsync()).GetProperty("eta_seconds").GetDouble(), 6);
        var clock = Clock(left);
        var (from, to) = Progress.TimeLeft.Range!.Value;
        Assert.Equal(from.TotalSeconds, (await HttpAsync()).GetProperty("eta_low_seconds").GetDouble(), 6);
        Assert.Equal(to.TotalSeconds, (await HttpAsync()).GetProperty("eta_high_seconds").GetDouble(), 6);
        Assert.Contains(
            $"about {clock} left ({Clock(from)} to {Clock(to)}), {Progress.EvaluationsToCome} evaluations to come",
            await TerminalAsync(),
            StringComparison.Ordinal
        );
        Assert.Contains($"time left: ≈ {Math.Round(left.TotalSeconds / 60)} min", await PageAsync(), StringComparison.Ordinal);
        Assert.Contains($"Time left about {left.Minutes} min {left.Seconds} s", Report(), StringComparison.Ordinal);
        Assert.Equal(left.TotalSeconds, (await MetricAsync("eta_seconds"))!.Value, 6);

        static string Clock(TimeSpan time) =>
            TimeSpan.FromSeconds(Math.Round(time.TotalSeconds)).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task They_call_states_and_causes_by_the_same_words()
    {
        Assert.Equal("running", (await HttpAsync()).GetProperty("state").GetString());
        Assert.Contains("digits: running", await TerminalAsync(), StringComparison.Ordinal);
        Assert.Contains("running", await PageAsync(), StringComparison.Ordinal);
        Assert.Contains("Still running:", Report(), StringComparison.Ordinal);
        Assert.Contains("orchestrator_sweeps{state=\"running\"} 1", await MetricsAsync(), StringComparison.Ordinal);
        Assert.Contains("failed: divergence", Report(), StringComparison.Ordinal);
        var row = (await OpenAsync("#/sweeps/digits?state=failed")).Page.Locator("tr.row").First;
        Assert.Matches("failed.*divergence", Plain(await row.InnerTextAsync()));
    }

    SweepProgress Progress => SweepProgress.From(Digits.State, Digits.Now);

    async Task<JsonElement> HttpAsync()
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"{Cluster.Address}/api/sweeps/digits", TestContext.Current.CancellationToken);
        return JsonDocument.Parse(text).RootElement;
    }

    async Task<string> TerminalAsync()
    {
        await using var run = Run.Orchestrator(Path.GetTempPath(), "sweep", "show", "digits", "--server", Cluster.Address);
        await run.ExitsWith(0);
        return Plain(run.Output);
    }

    async Task<string> PageAsync()
    {
        var card = (await OpenAsync()).Page.Locator(".card");
        return Plain(await card.InnerTextAsync());
    }

    string Report() =>
        Plain(
            Tags()
                .Replace(
                    HtmlReport.Render(Digits.State, new DataFolder(Path.GetTempPath()), new ReportContext("", Digits.Now, "", [])),
                    " "
                )
        );

    async Task<double?> MetricAsync(string name)
    {
        var start = $"orchestrator_sweep_{name}{{sweep=\"digits\"}} ";
        var line = (await MetricsAsync()).Split('\n').SingleOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[start.Length..], CultureInfo.InvariantCulture);
    }

    async Task<string> MetricsAsync()
    {
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry(), new FakeTimeProvider(Digits.Now));
        metrics.SweepChanged(Digits.State);
        using var text = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>As one line, without the gaps in long numbers.</summary>
    static string Plain(string text) => Gaps().Replace(Regex.Replace(text, "(?<=\\d)\u202f(?=\\d)", "").Replace('\u202f', ' '), " ");

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+")]
    private static partial Regex Gaps();
}
