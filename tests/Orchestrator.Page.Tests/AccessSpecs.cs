using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Orchestrator.Page.Tests.Fake;
using Orchestrator.Page.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Page.Tests;

/// <summary>For everybody: keyboard, screen reader, narrow screens, light and dark.</summary>
public sealed class AccessSpecs(Chromium chromium) : PageSpecs(chromium)
{
    /// <summary>Every rule, of whose results those that are no violation are left undescribed: a page has thousands of them.</summary>
    static readonly AxeRunOptions Violations = new() { ResultTypes = [ResultType.Violations] };

    /// <summary>Every view, and a text that shows it is complete.</summary>
    public static TheoryData<string, string> Views =>
        new()
        {
            { "#/", "28 of 40 trials" },
            { "#/sweeps/digits", "0003" },
            { "#/sweeps/digits/plots", "Share of the variance" },
            { "#/sweeps/digits/pictures", "25 evaluated trials" },
            { "#/sweeps/digits/compare?trials=0001,0012,0023,0034", "von-mises-fisher" },
            { "#/sweeps/digits/beside?with=ladder", "Their trials" },
            { "#/sweeps/digits/journal", "lease_granted" },
            { "#/sweeps/digits/file", "As it was submitted." },
            { "#/sweeps/digits/trials/0003", "SHA-256" },
            { "#/sweeps/digits/trials/0005", "loss is not finite" },
            { "#/nodes", "10.0.0.3:4053" },
            { "#/sweeps/ladder/rungs", "Promotions" },
            { "#/sweeps/ladder/plots", "Pareto front" },
            { "#/sweeps/ladder/compare?trials=0001,0002,0003", "0.5d … 4d, log" },
        };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Axe_finds_nothing_serious_light_and_dark(string hash, string text)
    {
        Cluster.Sweeps.Add(Ladder());
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var session = await OpenAsync(hash, scheme: scheme);
            await session.SeeAsync(text);
            AssertAccessible(await session.Page.RunAxe(Violations));
        }
    }

    [Fact]
    public async Task Axe_finds_nothing_serious_in_dialogs()
    {
        var session = await OpenAsync("#/sweeps/digits");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        AssertAccessible(await session.Page.RunAxe(Violations));
        await session.Page.Keyboard.PressAsync("Escape");
        await session.Page.Keyboard.PressAsync("?");
        await session.SeeAsync("In the table of trials");
        AssertAccessible(await session.Page.RunAxe(Violations));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task At_400_pixels_nothing_scrolls_sideways(string hash, string text)
    {
        Cluster.Sweeps.Add(Ladder());
        var session = await OpenAsync(hash, width: 400);
        await session.SeeAsync(text);
        Assert.Equal(
            0,
            await session.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        );
    }

    static FakeSweep Ladder()
    {
        var sweep = FakeSweep.Scheduled();
        foreach (var trial in sweep.State.Trials.Where(trial => trial.Status == TrialStatus.Completed).ToList())
            sweep.Evaluate(trial.Number);
        return sweep;
    }

    [Fact]
    public async Task Colours_follow_the_system_and_then_the_choice()
    {
        const string background = "getComputedStyle(document.documentElement).backgroundColor";
        var session = await OpenAsync(scheme: ColorScheme.Dark);
        await session.SeeAsync("28 of 40 trials");
        Assert.Equal("rgb(22, 23, 26)", await session.Page.EvaluateAsync<string>(background));
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "colours: as the system" }).ClickAsync();
        await Expect(session.Page.GetByRole(AriaRole.Button, new() { Name = "colours: light" })).ToBeVisibleAsync();
        Assert.Equal("rgb(252, 251, 248)", await session.Page.EvaluateAsync<string>(background));
        await session.Page.ReloadAsync();
        await session.SeeAsync("28 of 40 trials");
        Assert.Equal("rgb(252, 251, 248)", await session.Page.EvaluateAsync<string>(background));
    }

    [Fact]
    public async Task The_page_is_walked_through_by_keys_alone()
    {
        var session = await OpenAsync();
        var keys = session.Page.Keyboard;
        await session.SeeAsync("28 of 40 trials");
        await keys.PressAsync("Tab");
        await Expect(session.Page.GetByText("To the content")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(session.Page.Locator("main")).ToBeFocusedAsync();
        // Past what one may do with all sweeps, to the first one.
        var sweep = session.Page.GetByRole(AriaRole.Link, new() { Name = "digits" });
        for (var step = 0; step < 6 && !await sweep.EvaluateAsync<bool>("link => link === document.activeElement"); step++)
            await keys.PressAsync("Tab");
        await Expect(sweep).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        var table = session.Page.GetByRole(AriaRole.Grid, new() { Name = "Trials" });
        await table.FocusAsync();
        for (var step = 0; step < 3; step++)
            await keys.PressAsync("ArrowDown");
        await Expect(table).ToHaveAttributeAsync("aria-activedescendant", "row-0003");
        await keys.PressAsync("Space");
        await keys.PressAsync("End");
        await Expect(table).ToHaveAttributeAsync("aria-activedescendant", "row-0040");
        await keys.PressAsync("x");
        await Expect(session.Page.Locator(".picked")).ToContainTextAsync("2 trials chosen");
        await keys.PressAsync("Enter");
        await ExpectAsync(session.Page, "#/sweeps/digits/trials/0040");
        await Expect(session.Page.GetByRole(AriaRole.Heading, new() { Name = "Trial 0040" })).ToBeVisibleAsync();
        await keys.PressAsync("[");
        await ExpectAsync(session.Page, "#/sweeps/digits/trials/0039");
        await keys.PressAsync("c");
        await Expect(session.Page.Locator("table.compare thead")).ToContainTextAsync("0040");
        await keys.PressAsync("g");
        await keys.PressAsync("n");
        await ExpectAsync(session.Page, "#/nodes");
    }

    /// <summary>What the page shows may change between the two: it still has heard the first.</summary>
    [Fact]
    public async Task The_second_of_two_keys_counts_on_another_view_than_the_first()
    {
        var session = await OpenAsync();
        await session.SeeAsync("28 of 40 trials");
        await session.Page.Keyboard.PressAsync("g");
        await session.Page.EvaluateAsync("location.hash = '#/sweeps/digits/trials/0040'");
        await Expect(session.Page.GetByRole(AriaRole.Heading, new() { Name = "Trial 0040" })).ToBeVisibleAsync();
        await Expect(session.Page.Locator("a[rel=prev]")).ToBeVisibleAsync();
        await session.Page.Keyboard.PressAsync("n");
        await ExpectAsync(session.Page, "#/nodes");
    }

    static void AssertAccessible(AxeResult result) =>
        Assert.Empty(
            result
                .Violations.Where(finding => finding.Impact is "serious" or "critical")
                .SelectMany(finding => finding.Nodes.Select(node => $"{finding.Id}: {node.Html}"))
        );
}
