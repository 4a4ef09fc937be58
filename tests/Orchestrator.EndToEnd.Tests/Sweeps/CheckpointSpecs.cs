using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>One trained flow in the hands of a person: checked, sampled, interpolated, and told apart from what is none.</summary>
public sealed class CheckpointSpecs : IAsyncLifetime
{
    readonly TemporaryFolder _directory = new();

    string Root => _directory.Path;

    public async ValueTask InitializeAsync()
    {
        var spec = new TrialSpec(
            "digits",
            7,
            Threads: 1,
            Device: "cpu",
            TrialSettings.Default.With(
                ("flow.steps", "1"),
                ("flow.hidden", "8"),
                ("flow.coupling", "spline"),
                ("flow.mixing", "permutation"),
                ("base.distribution", "von-mises-fisher"),
                ("base.kappa", "1d"),
                ("training.epochs", "1"),
                ("training.batch_size", "64"),
                ("training.optimizer", "adamax")
            )
        );
        var attempt = new TrainingTask(
            "sweep",
            "0001",
            1,
            1,
            0,
            spec,
            new RetentionSpec(1, 0, null),
            Path.Combine(Root, "attempt-1"),
            [],
            Path.Combine(Root, "datasets")
        );
        await File.WriteAllTextAsync(Path.Combine(Root, "attempt.json"), JsonSerializer.Serialize(attempt, OrchestratorJson.Compact));
        await using var run = Run.Orchestrator(Root, "trial", "run", "attempt.json");
        await run.ExitsWith(0);
        Directory.Move(Directory.GetDirectories(Path.Combine(Root, "attempt-1", "checkpoints")).Single(), Path.Combine(Root, "flow"));
    }

    [Fact]
    public async Task A_checkpoint_is_verified_sampled_and_interpolated()
    {
        await using (var verify = Run.Orchestrator(Root, "checkpoint", "verify", "flow", "--json"))
        {
            await verify.ExitsWith(0);
            var verified = JsonDocument.Parse(verify.Output).RootElement;
            Assert.Equal("glow", verified.GetProperty("architecture").GetString());
            Assert.Equal("permutation", verified.GetProperty("settings").GetProperty("flow.mixing").GetString());
            Assert.InRange(verified.GetProperty("round_trip_error").GetDouble(), 0, 1e-3);
            Assert.Equal(64, verified.GetProperty("sha256").GetString()!.Length);
        }

        await Draws("samples.png", "checkpoint", "sample", "flow", "--to", "samples.png", "--count", "20", "--columns", "5", "--seed", "3");
        await Draws("again.png", "checkpoint", "sample", "flow", "--to", "again.png", "--count", "20", "--columns", "5", "--seed", "3");
        await Draws("other.png", "checkpoint", "sample", "flow", "--to", "other.png", "--count", "20", "--columns", "5", "--seed", "4");
        Assert.Equal(Read("samples.png"), Read("again.png"));
        Assert.NotEqual(Read("samples.png"), Read("other.png"));
        await Draws("images.png", "checkpoint", "interpolate", "flow", "--to", "images.png", "--pairs", "3");
        await Draws(
            "drawn.png",
            "checkpoint",
            "interpolate",
            "flow",
            "--to",
            "drawn.png",
            "--pairs",
            "3",
            "--between",
            "samples",
            "--scheme",
            "small-circle"
        );
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_what_to_do()
    {
        await Refused(3, "manifest.json", "checkpoint", "verify", "attempt-1");
        await Refused(
            2,
            "it has linear, norm-corrected, sphere, small-circle",
            "checkpoint",
            "interpolate",
            "flow",
            "--to",
            "x.png",
            "--scheme",
            "simplex"
        );
        await Refused(2, "--pairs: 400 pairs need 800 test images", "checkpoint", "interpolate", "flow", "--to", "x.png", "--pairs", "400");
        await Refused(2, "--count must be at least 1", "checkpoint", "sample", "flow", "--to", "x.png", "--count", "0");
        await Refused(2, "--to", "checkpoint", "sample", "flow");
        await Refused(2, "cannot be written", "checkpoint", "sample", "flow", "--to", "/proc/nowhere/x.png");
        var model = Path.Combine(Root, "flow", "model.safetensors");
        var bytes = Read(model);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);
        await Refused(1, "does not match the manifest's SHA-256", "checkpoint", "verify", "flow");
        await Refused(1, "does not match the manifest's SHA-256", "checkpoint", "sample", "flow", "--to", "x.png");
        Assert.False(File.Exists(Path.Combine(Root, "x.png")));
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task Draws(string png, params string[] arguments)
    {
        await using var run = Run.Orchestrator(Root, arguments);
        await run.ExitsWith(0);
        Assert.Equal(Path.Combine(Root, png), run.Output.Trim());
        Assert.Equal("PNG"u8.ToArray(), Read(png)[1..4]);
    }

    async Task Refused(int code, string what, params string[] arguments)
    {
        await using var run = Run.Orchestrator(Root, arguments);
        await run.ExitsWith(code);
        Assert.Contains(what, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Root, name));
}
