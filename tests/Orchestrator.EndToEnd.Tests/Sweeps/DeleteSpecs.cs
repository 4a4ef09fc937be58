using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep that is deleted on a cluster whose node is killed before it could do so, and in a data folder.</summary>
public sealed class DeleteSpecs
{
    // Nothing of it runs: what it would have trained is put there.
    const string Waits = "name: waits\ndataset: digits\nresources: { device: cuda }\n";

    [Fact]
    public async Task A_deletion_that_a_kill_cut_off_is_ended_by_the_next_node_and_the_name_is_free()
    {
        using var folder = new SweepFolder(Waits);
        var place = new OneNode(folder);
        await using (var first = await place.StartAsync(slots: 1))
        {
            await place.SayAsync("submit", "sweep.yaml");
            for (var step = 1; step <= 500; step++)
            {
                var checkpoint = Path.Combine(folder.Data.Attempt("waits", 1, 1), "checkpoints", $"{step:D10}");
                Directory.CreateDirectory(checkpoint);
                File.WriteAllText(Path.Combine(checkpoint, "model.safetensors"), "");
            }

            await using (var running = Run.Orchestrator(folder.Root, "sweep", "delete", "waits", "--yes", "--server", place.Server))
            {
                await running.ExitsWith(2);
                Assert.Contains("is running: pause or stop it first", running.Errors, StringComparison.Ordinal);
            }

            await place.SayAsync("pause", "waits");
            using var http = new HttpClient();
            using var begun = await http.DeleteAsync($"{place.Server}/api/sweeps/waits", TestContext.Current.CancellationToken);
            Assert.True(begun.IsSuccessStatusCode);
            first.Kill();
        }

        await using (var next = await place.StartAsync(slots: 1))
        {
            await Eventually.TrueAsync(() => !Directory.Exists(folder.Data.Sweep("waits")));
            await Eventually.TrueAsync(() => folder.Journal("waits").Count == 0);
            Assert.DoesNotContain("waits", await place.SayAsync("list"), StringComparison.Ordinal);
            await Eventually.TrueAsync(async () =>
            {
                await using var again = Run.Orchestrator(folder.Root, "sweep", "submit", "sweep.yaml", "--server", place.Server);
                return await again.Exit() == 0;
            });
            Assert.Contains("waits", await place.SayAsync("list"), StringComparison.Ordinal);
        }

        // In the folder, where nobody works on it any more.
        Directory.CreateDirectory(folder.Data.Attempt("waits", 1, 1));
        await using var dry = Run.Orchestrator(folder.Root, "sweep", "delete", "waits", "--dry-run");
        await dry.ExitsWith(0);
        await using var unasked = Run.Orchestrator(folder.Root, "sweep", "delete", "waits");
        await unasked.ExitsWith(2);
        Assert.True(Directory.Exists(folder.Data.Sweep("waits")));
        await using var deleted = Run.Orchestrator(folder.Root, "sweep", "delete", "waits", "--yes");
        await deleted.ExitsWith(0);
        Assert.False(Directory.Exists(folder.Data.Sweep("waits")));
        await using var gone = Run.Orchestrator(folder.Root, "sweep", "show", "waits");
        await gone.ExitsWith(3);
    }
}
