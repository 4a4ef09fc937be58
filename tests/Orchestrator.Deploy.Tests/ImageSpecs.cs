using System.Globalization;

namespace Orchestrator.Deploy.Tests;

/// <summary>The images of <c>cluster/Dockerfile</c>, built and run.</summary>
[Collection(nameof(Containers))]
public sealed class ImageSpecs(Engine engine)
{
    [Theory]
    [InlineData("coordinator", 250)]
    [InlineData("cpu", 1200)]
    public async Task An_image_is_no_larger_than_is_promised(string target, int megabytes)
    {
        await engine.Start();
        var image = await engine.Image(target);
        var (all, standIn) = (await Megabytes(image), await Megabytes("ubuntu:24.04"));
        Figures.Say($"image {target}: {all} MB, {all - standIn} MB without its base (a stand-in of {standIn} MB)");
        Assert.InRange(all, 1, megabytes);
    }

    [Theory]
    [InlineData("coordinator")]
    [InlineData("cpu")]
    public async Task An_image_runs_as_its_own_user_and_owns_nothing_but_the_data_folder(string target)
    {
        await engine.Start();
        var image = await engine.Image(target);
        Assert.Equal("1654:1654", await Inside("echo $(id -u):$(id -g)"));
        Assert.Equal("/var/lib/orchestrator", await Inside("find / -xdev -user 1654 -print 2>/dev/null || true"));
        Assert.StartsWith("0.1.0", await Inside("orchestrator --version"), StringComparison.Ordinal);

        Task<string> Inside(string script) =>
            engine.Docker("run", "--rm", "--network", "none", "--read-only", "--entrypoint", "sh", image, "-c", script);
    }

    /// <summary>One container is a whole cluster here, and its root file system is read-only: all that it writes is in the volume.</summary>
    [Fact]
    public async Task A_node_that_is_stopped_hands_its_trial_back_and_goes_on_with_it_when_it_is_started_again()
    {
        await engine.Start();
        await using var node = await Node.Start(engine, await engine.Image("cpu"));
        await Eventually.TrueAsync(
            async () => await engine.Docker("inspect", "--format", "{{.State.Health.Status}}", node.Name) == "healthy",
            TimeSpan.FromMinutes(3),
            node.Log
        );
        await node.Submit(Sweep.Yaml(trials: 1, epochs: 400));
        await Eventually.TrueAsync(async () => (await node.Show()).Epochs > 0, TimeSpan.FromMinutes(2), node.Log);

        await engine.Docker("stop", "--time", "60", node.Name);

        Assert.Equal("0", await engine.Docker("inspect", "--format", "{{.State.ExitCode}}", node.Name));
        var handedBack = await node.ShowStopped();
        Assert.Equal((1, 0, 0, 0), (handedBack.Pending, handedBack.Running, handedBack.Completed, handedBack.Failed));
        Assert.InRange(handedBack.Epochs, 1, 399);

        await engine.Docker("start", node.Name);
        await node.Watch();
        Assert.Equal(new Sweep.Progress("completed", 400, 0, 0, 1, 0), await node.Show());
    }

    async Task<long> Megabytes(string image) =>
        long.Parse(await engine.Docker("image", "inspect", "--format", "{{.Size}}", image), CultureInfo.InvariantCulture) / 1_000_000;
}
