using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Evaluation.Scoring;
using Orchestrator.Evaluation.Tests.Scoring;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;

namespace Orchestrator.Evaluation.Tests;

/// <summary>Flows train, sample and are evaluated while another thread collects garbage all the time: nothing may be freed that native code
/// still reads.</summary>
[Trait("Needs", "process")]
public sealed class GarbageCollectionSpecs
{
    /// <summary>How long, in whole seconds; 20 where it is not set.</summary>
    const string Seconds = "ORCHESTRATOR_STRESS_SECONDS";

    /// <summary>For its start, the undisturbed scores and its last round.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    static readonly TrialSpec[] Variants =
    [
        Variant(("base.distribution", "von-mises-fisher"), ("base.kappa", "1d"), ("base.concentration", "learned")),
        Variant(
            ("flow.architecture", "realnvp"),
            ("flow.coupling", "spline"),
            ("base.distribution", "dirichlet"),
            ("base.alpha", "1"),
            ("training.optimizer", "adamax")
        ),
        Variant(("flow.coupling", "additive"), ("training.optimizer", "adamw")),
    ];

    static TimeSpan Duration =>
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable(Seconds) ?? "20", CultureInfo.InvariantCulture));

    /// <summary>In a process of its own, because a crash in native code ends the process.</summary>
    [Fact]
    public async Task No_garbage_collection_frees_what_native_code_still_reads()
    {
        var program = Path.ChangeExtension(typeof(GarbageCollectionSpecs).Assembly.Location, null);
        var method = $"{typeof(GarbageCollectionSpecs).FullName}.{nameof(Flows_score_the_same_under_constant_collection)}";
        await using var run = Run.Start(program, AppContext.BaseDirectory, "-explicit", "only", "-method", method, "-noColor");
        await run.ExitsWith(0, Duration + Patience);
        Assert.Contains("Total: 1", run.Output);
    }

    [Fact(Explicit = true)]
    public void Flows_score_the_same_under_constant_collection()
    {
        using var folder = new TemporaryFolder();
        var expected = Variants.Select(spec => Scores(spec, folder.At("undisturbed"))).ToArray();
        var watch = Stopwatch.StartNew();
        using var collector = new Collector();
        for (var round = 0; watch.Elapsed < Duration; round++)
        {
            Assert.Equal(expected[round % Variants.Length], Scores(Variants[round % Variants.Length], folder.At("disturbed")));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{watch.Elapsed.TotalSeconds:F0} s: round {round}, {collector.Count} collections"
                )
            );
        }
    }

    /// <summary>Trains a flow for an epoch, scores it and draws its pictures, and trains a small feature network.</summary>
    /// <returns>All scores, to their last digit, and the hash of the network's weights.</returns>
    static string Scores(TrialSpec spec, string folder)
    {
        var attempt = new TrainingTask(
            "sweep",
            "trial",
            1,
            1,
            0,
            spec,
            new RetentionSpec(1, 1, null),
            Path.Combine(folder, "attempt"),
            [],
            "nowhere"
        );
        CheckpointInfo? last = null;
        new TrainingLoop(
            attempt,
            DigitsTensors.Dataset,
            message => last = message is ProcessMessage.ReportCheckpoint written ? written.Checkpoint : last,
            TimeProvider.System
        ).Run(TestContext.Current.CancellationToken);
        var task = new EvaluationTask(
            "sweep",
            "trial",
            1,
            1,
            spec,
            new EvaluationSpec("auto", 100, new KidSpec(2, 50), new InterpolationSpec(8, 3, ["auto"])),
            last!.Path,
            Path.Combine(folder, "evaluation"),
            DigitsTrial.SharedFeatures,
            "nowhere"
        );
        var scores = CheckpointEvaluator.Run(task, _ => { });
        var cache = new ReferenceCache(Path.Combine(folder, "features")) { TrainingImages = 640 };
        using var reference = cache.Get(DigitsTensors.Dataset, TestContext.Current.CancellationToken);
        Directory.Delete(folder, recursive: true);
        return JsonSerializer.Serialize(scores with { Seconds = 0 }, OrchestratorJson.Indented) + reference.Network.Info;
    }

    static TrialSpec Variant(params (string Path, string Text)[] settings) =>
        new(
            "digits",
            7,
            Threads: 1,
            Device: "cpu",
            TrialSettings.Default.With([("flow.steps", "1"), ("flow.hidden", "8"), ("training.epochs", "1"), .. settings])
        );

    /// <summary>A thread that collects the youngest garbage and has its finalizers run, again and again, until it is disposed.</summary>
    sealed class Collector : IDisposable
    {
        readonly Thread thread;
        volatile bool isDone;

        public Collector()
        {
            thread = new Thread(Collect);
            thread.Start();
        }

        public long Count { get; private set; }

        public void Dispose()
        {
            isDone = true;
            thread.Join();
        }

        void Collect()
        {
            for (; !isDone; Count++)
            {
#pragma warning disable RS0030 // collecting is what this test does
                GC.Collect(generation: 0);
#pragma warning restore RS0030
                GC.WaitForPendingFinalizers();
            }
        }
    }
}
