using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>A batch that is too large for the memory that its process may have.</summary>
public sealed class OutOfMemorySpecs
{
    /// <summary>Of memory that a process may write to. What is kept of the whole batch alone is as much; all else is less than
    /// half.</summary>
    const long Limit = 640L << 20;

    /// <summary>What is resident of the program's and libtorch's files, which are mapped and not written to: no part of the
    /// limit.</summary>
    const long Mapped = 256L << 20;

    const string Large = """
        name: large
        dataset: digits
        trial:
          flow: { architecture: glow, levels: 1, steps: 32, hidden: 256 }
          training: { epochs: 1, batch_size: 1024 }
        evaluation: { samples: 20, kid: { subsets: 2, subset_size: 10 }, interpolation: { pairs: 4, points: 3 } }
        retries: { crash: 0, out_of_memory: 0, divergence: 0 }
        """;

    [Fact]
    public async Task A_trial_whose_batch_does_not_fit_trains_it_in_parts()
    {
        using var folder = new SweepFolder(Large);
        await using (
            var run = Run.Start(
                "prlimit",
                folder.Root,
                $"--data={Limit.ToString(CultureInfo.InvariantCulture)}",
                Checkout.Program,
                "sweep",
                "run",
                "sweep.yaml",
                "--slots",
                "1"
            )
        )
        {
            await run.ExitsWith(0);
            Assert.Contains("back in the queue: out of memory", run.Errors, StringComparison.Ordinal);
            Assert.Contains("attempt 2 begins, each batch in 2 parts", run.Errors, StringComparison.Ordinal);
        }

        var ends = folder
            .Journal("large")
            .OfType<LeaseEnded>()
            .Where(ended => ended.Kind == WorkKind.Training)
            .Select(ended => ended.End.Cause)
            .ToList();
        Assert.True(ends.Count > 1);
        Assert.Equal(Enumerable.Repeat(AttemptCause.OutOfMemory, ends.Count - 1).Append(AttemptCause.Done), ends);
        var trial = (await folder.Results("large")).GetProperty("trials")[0];
        Assert.Equal("completed", trial.GetProperty("state").GetString());
        Assert.Equal(1 << (ends.Count - 1), trial.GetProperty("accumulate").GetInt32());
        Assert.InRange(trial.GetProperty("memory").GetProperty("peak_bytes").GetInt64(), 1, Limit + Mapped);
    }
}
