using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Scale;

/// <summary>In place of the process that trains or evaluates: says what one would say, when it would, and does nothing else.</summary>
/// <param name="duration">Of a whole training; an evaluation takes no time.</param>
/// <param name="checkpoints">A checkpoint is written after each epoch, as training does it; else after the last one alone.</param>
/// <param name="improves">Each trial is better than those with lower numbers.</param>
sealed class TimedTrials(TimeSpan duration, bool checkpoints = true, bool improves = false) : ITrialLauncher
{
    // A later attempt goes on where the earlier one of its trial ended.
    readonly ConcurrentDictionary<string, int> trained = new();
    int lastId;

    public ITrialProcess Start(
        WorkKind kind,
        string taskFile,
        SlotDevice device,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    )
    {
        var process = new Process(Interlocked.Increment(ref lastId), new CancellationTokenSource());
        _ = Task.Run(async () =>
            onExit(new ProcessExit(kind == WorkKind.Training ? await Train(taskFile, onMessage, process.Left) : Evaluate(onMessage), ""))
        );
        return process;
    }

    /// <summary>Of a trial's epoch: falls with the epochs, and tells trials apart.</summary>
    public static EpochReport Report(string trial, int epoch, double seconds) =>
        Report(epoch, 2 + (Seed.Derive(1, trial) & 1023) / 1024.0 + 1.0 / epoch, seconds);

    /// <summary>Of a trial that is better than those before it.</summary>
    public static EpochReport BetterReport(int trial, int epoch, double seconds) => Report(epoch, 3 - trial * 1e-5 + 1.0 / epoch, seconds);

    static EpochReport Report(int epoch, double bitsPerDim, double seconds) =>
        new(epoch, epoch * 100, 3.1, bitsPerDim, 1e-3, 0.5, 2500, seconds);

    public static CheckpointInfo Checkpoint(string directory, int epoch, bool final) =>
        new(
            Path.Combine(directory, "checkpoints", (epoch * 100).ToString("D10", CultureInfo.InvariantCulture)),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{directory}/{epoch}"))),
            epoch,
            epoch * 100,
            final,
            1 << 20
        );

    public static EvaluationScores Scores { get; } =
        new(
            new BitsPerDimScore(3.0123, 0.011, 5, 1000),
            new FeatureInfo("digits-cnn", new string('a', 64), "features", 128),
            new SampleScores(1000, 1000, 12.34, 0.25, 0.0123, 0.0004),
            new[] { "linear", "norm-corrected", "slerp" }.ToImmutableSortedDictionary(
                scheme => scheme,
                _ => new InterpolationScores(500, 23.45, 0.5, 0.0234, 0.0005, -0.75)
            ),
            1.5e-6,
            new BaselineScores(4.1, 4.7),
            ["samples.png", "interpolation-linear.png", "interpolation-norm-corrected.png", "interpolation-slerp.png"],
            1.5
        );

    async Task<int> Train(string taskFile, Action<ProcessMessage> say, CancellationToken left)
    {
        using var task = JsonDocument.Parse(await File.ReadAllBytesAsync(taskFile, CancellationToken.None));
        var (trial, directory) = (
            task.RootElement.GetProperty("trial").GetString()!,
            task.RootElement.GetProperty("directory").GetString()!
        );
        var all = task.RootElement.GetProperty("spec").Deserialize<TrialSpec>(OrchestratorJson.Compact)!.Settings.Training.Epochs;
        var last = task.RootElement.TryGetProperty("until_epoch", out var until) && until.TryGetInt32(out var epochs) ? epochs : all;
        var (first, number) = (trained.GetValueOrDefault(trial) + 1, int.Parse(trial, CultureInfo.InvariantCulture));
        var (began, each) = (TimeProvider.System.GetTimestamp(), duration / all);
        for (var epoch = first; epoch <= last; epoch++)
        {
            // By the clock of the whole attempt, so that late timers do not add up.
            var wait = each * (epoch - first + 1) - TimeProvider.System.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (left.IsCancellationRequested)
                return TrialExitCode.Interrupted;
            var seconds = each.TotalSeconds;
            say(new ProcessMessage.ReportEpoch(improves ? BetterReport(number, epoch, seconds) : Report(trial, epoch, seconds)));
            if (checkpoints || epoch == last)
                say(new ProcessMessage.ReportCheckpoint(Checkpoint(directory, epoch, epoch == all)));
            trained[trial] = epoch;
        }

        return TrialExitCode.Done;
    }

    static int Evaluate(Action<ProcessMessage> say)
    {
        say(new ProcessMessage.Scored(Scores));
        return TrialExitCode.Done;
    }

    sealed record Process(int Id, CancellationTokenSource End) : ITrialProcess
    {
        public CancellationToken Left => End.Token;

        public void Terminate() => End.Cancel();

        public void Kill() => End.Cancel();
    }
}
