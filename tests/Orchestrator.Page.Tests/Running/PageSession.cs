using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Orchestrator.Page.Tests.Running;

/// <summary>One visitor of the page: a browser context of its own, and everything the browser complained about.</summary>
sealed class PageSession : IAsyncDisposable
{
    readonly IBrowserContext context;

    PageSession(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, exceptions of scripts, and addresses elsewhere that were asked for.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<PageSession> OpenAsync(
        Chromium chromium,
        string address,
        string hash = "",
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light
    )
    {
        var context = await chromium.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 800 },
                ColorScheme = scheme,
            }
        );
        context.SetDefaultTimeout(20_000);
        var session = new PageSession(context, await context.NewPageAsync());
        session.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                session.Complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        session.Page.PageError += (_, error) => session.Complaints.Enqueue($"exception: {error}");
        session.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                session.Complaints.Enqueue($"elsewhere: {request.Url}");
        };
        await session.Page.GotoAsync($"{address}/{hash}");
        return session;
    }

    /// <summary>Waits until it is there to be seen.</summary>
    public Task SeeAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync(new() { Timeout = 20_000 });

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
