using System.Text.Json;
using Microsoft.Playwright;
using Orchestrator.Reports.Html;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Html;

/// <summary>The report as Debian's browser shows it, without a network; none is ever fetched.</summary>
[Trait("Needs", "browser")]
public sealed class ReportInBrowserSpecs(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly List<string> complaints = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ColorScheme.Light, 1200, "rgb(252, 251, 248)")]
    [InlineData(ColorScheme.Dark, 1200, "rgb(22, 23, 26)")]
    [InlineData(ColorScheme.Light, 400, "rgb(252, 251, 248)")]
    public async Task Every_section_and_picture_is_seen_and_nothing_is_complained_of(ColorScheme scheme, int width, string background)
    {
        var page = await OpenAsync(Full(), scheme, width);

        foreach (
            var section in (string[])
                [
                    "results",
                    "curves",
                    "trade-off",
                    "support",
                    "interpolation",
                    "along-path",
                    "pictures",
                    "protocol",
                    "checkpoints",
                    "origin",
                ]
        )
            Assert.True(await page.Locator($"#{section}").IsVisibleAsync(), $"section {section} is not seen");
        Assert.Equal(background, await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        // A line's colour is its trial's, in both schemes, and differs from the paper.
        Assert.DoesNotContain(
            background,
            await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('#along-path ~ .panels path')].map(path => getComputedStyle(path).stroke)"
            )
        );
        Assert.Equal(
            0,
            await page.EvaluateAsync<int>(
                "[...document.querySelectorAll('#along-path ~ .panels path')].filter(path => path.getBoundingClientRect().width < "
                    + "20).length"
            )
        );
        Assert.Equal(
            6,
            await page.EvaluateAsync<int>(
                "[...document.images].filter(image => { image.loading = 'eager'; return image.alt.length > 0; }).length"
            )
        );
        await page.EvaluateAsync("Promise.all([...document.images].map(image => image.decode()))");
        Assert.Empty(complaints);
    }

    /// <summary>The test above would be worth nothing if complaints were not heard.</summary>
    [Fact]
    public async Task What_a_page_may_not_load_is_complained_of()
    {
        var path = HtmlReport.Write(Full().State, folder.Data, Context);
        File.WriteAllText(
            path,
            File.ReadAllText(path).Replace("<main>", "<main><script>1</script><img src=\"missing.png\" />", StringComparison.Ordinal)
        );

        await OpenAsync(path, ColorScheme.Light, 800);

        Assert.Contains(complaints, complaint => complaint.Contains("script", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(complaints, complaint => complaint.Contains("missing.png", StringComparison.Ordinal));
    }

    static ReportContext Context { get; } =
        new("0.1.0", DateTimeOffset.UnixEpoch, "orchestrator sweep run sweep.yaml", [new("Machine", "two cores")]);

    Task<IPage> OpenAsync(SweepStateBuilder story, ColorScheme scheme, int width) =>
        OpenAsync(HtmlReport.Write(story.State, folder.Data, Context), scheme, width);

    async Task<IPage> OpenAsync(string path, ColorScheme scheme, int width)
    {
        var context = await chromium.Browser.NewContextAsync(
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = 900 },
                Offline = true,
            }
        );
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.RequestFailed += (_, request) => complaints.Add($"{request.Url}: {request.Failure}");
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return page;
    }

    /// <summary>Something for every section but the troubles.</summary>
    SweepStateBuilder Full()
    {
        string[] gaussian = ["samples.png", "interpolation-slerp.png", "neighbours.png"],
            dirichlet = ["samples.png", "interpolation-simplex.png", "neighbours.png"];
        foreach (var (trial, sheets) in new[] { (1, gaussian), (2, dirichlet) })
        {
            var evaluation = folder.Data.Evaluation("digits-bases", trial, 1);
            Directory.CreateDirectory(evaluation);
            foreach (var sheet in sheets)
                File.WriteAllBytes(Path.Combine(evaluation, sheet), HtmlReportSpecs.Png);
            File.WriteAllBytes(
                Path.Combine(evaluation, EvaluationDetails.FileName),
                JsonSerializer.SerializeToUtf8Bytes(SweepStateBuilder.Details(trial), OrchestratorJson.Indented)
            );
        }

        return new SweepStateBuilder(
            trials:
            [
                ["base.distribution=gaussian"],
                ["base.distribution=dirichlet", "base.alpha=2"],
            ]
        ).Succeeds(1, 2.5, gaussian).Succeeds(2, 2.4, dirichlet).IsOver(SweepStatus.Completed);
    }
}
