using Microsoft.Playwright;
using Orchestrator.Page.Tests.Fake;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Orchestrator.Page.Tests.Running;

/// <summary>A made-up cluster with one running sweep of 40 trials, and what is asked of every page that was opened on it.</summary>
public abstract class PageSpecs(Chromium chromium) : IAsyncLifetime
{
    readonly List<PageSession> sessions = [];

    private protected FakeSweep Digits { get; } = FakeSweep.Digits();

    private protected FakeCluster Cluster { get; private set; } = null!;

    /// <summary>What the browser says where a test makes something fail on purpose.</summary>
    protected bool MayComplain { get; set; }

    public async ValueTask InitializeAsync() => Cluster = await FakeCluster.StartAsync(Digits);

    private protected async Task<PageSession> OpenAsync(string hash = "", int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var session = await PageSession.OpenAsync(chromium, Cluster.Address, hash, width, scheme);
        sessions.Add(session);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        var complaints = sessions.SelectMany(session => session.Complaints).ToList();
        foreach (var session in sessions)
            await session.DisposeAsync();
        await Cluster.DisposeAsync();
        if (!MayComplain)
            Assert.Empty(complaints);
        GC.SuppressFinalize(this);
    }

    private protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private protected static Task ExpectAsync(IPage page, string hash) =>
        Assertions
            .Expect(page)
            .ToHaveURLAsync(new System.Text.RegularExpressions.Regex(System.Text.RegularExpressions.Regex.Escape(hash) + "$"));
}
