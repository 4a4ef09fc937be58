using Microsoft.Playwright;

namespace Orchestrator.TestKit;

/// <summary>Debian's browser, started once for all tests; none is ever fetched.</summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Path = "/usr/bin/chromium";

    static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    IPlaywright? playwright;
    IBrowser? browser;

    public IBrowser Browser
    {
        get
        {
            Needs.Program("chromium", "chromium");
            return browser!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path))
            return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Path,
                Args = Arguments,
                Headless = true,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
