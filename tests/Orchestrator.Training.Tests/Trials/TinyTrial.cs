using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Trials;

/// <summary>A trial of 4 epochs of 5 steps, a fraction of a second each, and its attempts.</summary>
sealed class TinyTrial : IDisposable
{
    public const int StepsPerEpoch = 5;
    public const int Epochs = 4;
    public const int Steps = Epochs * StepsPerEpoch;

    readonly TemporaryFolder folder = new();
    readonly List<string> attempts = [];
    string machine = "machine-1";

    public static TrialSpec Spec { get; } =
        new(
            "digits",
            7,
            Threads: 1,
            Device: "cpu",
            TrialSettings.Default.With(
                ("flow.steps", "1"),
                ("flow.hidden", "8"),
                ("base.distribution", "von-mises-fisher"),
                ("base.kappa", "1d"),
                ("training.epochs", $"{Epochs}"),
                ("training.batch_size", "16"),
                ("training.learning_rate", "0.003"),
                ("training.warmup_epochs", "1.5"),
                ("training.ema", "0.9")
            )
        );

    public static TrialSpec With(params (string Path, string Text)[] changes) => Spec with { Settings = Spec.Settings.With(changes) };

    // 90 images: five batches of 16 and ten images left over.
    public static ImageDataset Data { get; } = Shrink(new DatasetCatalogue("nowhere").Load("digits"));

    public List<ProcessMessage> Messages { get; } = [];

    public Action OnProgress { get; set; } = () => { };

    /// <summary>By which each look at the clock is later than the one before.</summary>
    public int MillisecondsPerLook { get; init; } = 300;

    public string? Storage { get; init; }

    public ForkPoint? ForkedFrom { get; init; }

    /// <summary>The next attempt is on another machine, which has nothing of the ones before.</summary>
    public void Move() => machine = "machine-2";

    public IEnumerable<T> Of<T>()
        where T : ProcessMessage => Messages.OfType<T>();

    /// <summary>Runs one more attempt.</summary>
    /// <param name="killedAt">As kill -9 just after this step: nothing more is done.</param>
    /// <param name="leavesAt">Asked to leave during this step.</param>
    public AttemptCause? Attempt(
        TrialSpec? spec = null,
        int stream = 0,
        long? killedAt = null,
        long? leavesAt = null,
        ImageDataset? data = null
    )
    {
        set_num_threads(1);
        var earlier = attempts
            .AsEnumerable()
            .Reverse()
            .Select(attempt => folder.At($"{machine}/{Path.GetFileName(attempt)}"))
            .ToImmutableArray();
        attempts.Add(folder.At($"{machine}/attempt-{attempts.Count + 1}"));
        var attempt = new TrainingTask(
            "sweep",
            "t0001",
            attempts.Count,
            100 + attempts.Count,
            stream,
            spec ?? Spec,
            new RetentionSpec(1, 1, null),
            attempts[^1],
            earlier,
            "nowhere"
        )
        {
            Storage = Storage,
            ForkedFrom = ForkedFrom,
        };
        using var stop = new CancellationTokenSource();
        var loop = new TrainingLoop(
            attempt,
            data ?? Data,
            message =>
            {
                Messages.Add(message);
                if (message is not ProcessMessage.Progress { Step: var step })
                    return;
                OnProgress();
                if (step == killedAt)
                    throw new KilledException();
                if (step == leavesAt)
                    stop.Cancel();
            },
            new TickingClock(MillisecondsPerLook)
        );
        try
        {
            return loop.Run(stop.Token);
        }
        catch (KilledException)
        {
            return null;
        }
    }

    public string LatestAttempt => attempts[^1];

    public Checkpoint Newest() =>
        new FolderCheckpointStore(attempts[^1], [.. attempts[..^1].AsEnumerable().Reverse()], new RetentionSpec(1, 1, null)).FindNewest(_ =>
        { })!;

    public void Dispose() => folder.Dispose();

    static ImageDataset Shrink(ImageDataset data) =>
        data with
        {
            Train = First(data.Train, 90),
            Validation = First(data.Validation, 30),
            Test = First(data.Test, 30),
        };

    static ImageSplit First(ImageSplit split, int count) => split.Select(Enumerable.Range(0, count).ToArray());

    sealed class KilledException : Exception;

    /// <summary>Every look at it is later, so that every step reports its progress.</summary>
    sealed class TickingClock(int milliseconds) : TimeProvider
    {
        long now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => now += milliseconds;
    }
}
