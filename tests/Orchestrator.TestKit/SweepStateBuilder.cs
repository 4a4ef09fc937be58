using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.TestKit;

/// <summary>The state of a sweep, built event by event as its journal would tell them; the times are its own.</summary>
public sealed class SweepStateBuilder
{
    static readonly DateTimeOffset Beginning = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    DateTimeOffset now = Beginning;
    long token,
        sequence;

    SweepStateBuilder(SweepSpec spec, string file) => State = SweepState.Apply(null, new SweepSubmitted(spec, file) { At = now });

    public SweepStateBuilder(string name = "digits-bases", string file = "name: digits-bases\n", params string[][] trials)
        : this(Spec(name), file)
    {
        for (var number = 1; number <= trials.Length; number++)
            Tell(new TrialAdded(number, Parameters(trials[number - 1])) { At = now });
    }

    /// <summary>A sweep file, and every trial of it.</summary>
    public static SweepStateBuilder Of(string file)
    {
        var story = new SweepStateBuilder(SweepFile.Parse(file, "x.yaml"), file);
        foreach (var (index, parameters) in GridSearch.Enumerate(story.State.Spec).Index())
            story.Tell(new TrialAdded(index + 1, parameters) { At = story.now });
        return story;
    }

    public SweepState State { get; private set; }

    public SweepStateBuilder SubmittedBy(string token)
    {
        State = State with { SubmittedBy = token };
        return this;
    }

    public SweepStateBuilder Begins(int trial, WorkKind kind = WorkKind.Training)
    {
        var before = State.Trial(trial);
        var attempt = 1 + (kind == WorkKind.Training ? before.Attempts : before.Evaluations);
        return Tell(new LeaseGranted(trial, kind, attempt, ++token, "node-a", Slot: 0) { At = now });
    }

    public SweepStateBuilder Learns(int trial, params double[] validation)
    {
        foreach (var (bits, index) in validation.Select((bits, index) => (bits, index)))
        {
            var epoch = State.Trial(trial).Epochs + 1;
            Tell(
                new EpochReported(trial, token, ++sequence, new EpochReport(epoch, epoch * 10, bits + 0.05, bits, 1e-3, 1, 5000, 2))
                {
                    At = now,
                }
            );
        }

        return this;
    }

    public SweepStateBuilder Saves(int trial, CheckpointInfo checkpoint) =>
        Tell(new CheckpointReported(trial, token, ++sequence, checkpoint) { At = now });

    public SweepStateBuilder Takes(int trial, PeakMemory peak) => Tell(new MemoryMeasured(trial, token, ++sequence, peak) { At = now });

    public SweepStateBuilder Ends(int trial, AttemptEnd end, double seconds, WorkKind kind = WorkKind.Training)
    {
        now += TimeSpan.FromSeconds(seconds);
        return Tell(new LeaseEnded(trial, kind, token, end) { At = now });
    }

    public SweepStateBuilder Completes(int trial, double seconds) =>
        Ends(trial, new(AttemptCause.Done), seconds).Tell(new TrialCompleted(trial) { At = now });

    public SweepStateBuilder Fails(int trial, AttemptEnd end, double seconds) =>
        Ends(trial, end, seconds).Tell(new TrialFailed(trial, end) { At = now });

    public SweepStateBuilder Stops(int trial) => Tell(new TrialStopped(trial) { At = now });

    public SweepStateBuilder IsScored(int trial, EvaluationScores scores) =>
        Begins(trial, WorkKind.Evaluation)
            .Ends(trial, new(AttemptCause.Done), 5, WorkKind.Evaluation)
            .Tell(new EvaluationCompleted(trial, scores) { At = now });

    public SweepStateBuilder IsNotScored(int trial, AttemptEnd end) =>
        Begins(trial, WorkKind.Evaluation).Ends(trial, end, 5, WorkKind.Evaluation).Tell(new EvaluationFailed(trial, end) { At = now });

    public SweepStateBuilder IsOver(SweepStatus status) => Tell(new SweepEnded(status) { At = now });

    /// <summary>Training of a few epochs and scores that follow from one figure.</summary>
    public SweepStateBuilder Succeeds(int trial, double bits, params string[] sheets) => Succeeds(trial, bits, bits + 0.01, sheets);

    public SweepStateBuilder Succeeds(int trial, double bits, double validation, params string[] sheets) =>
        Begins(trial)
            .Learns(trial, validation + 1, validation + 0.3, validation)
            .Saves(trial, new CheckpointInfo($"/data/{trial}/checkpoints/30", new string('a', 64), 3, 30, true, 1_500_000))
            .Completes(trial, 6)
            .IsScored(trial, Scores(bits, sheets));

    public static EvaluationScores Scores(double bits, params string[] sheets) =>
        new(
            new BitsPerDimScore(bits, 0.004, 4, 360),
            new FeatureInfo("domain-digits", new string('f', 64), "hidden", 64),
            new SampleScores(1000, 1437, bits * 4, 0.25, 0.0125, 0.0015),
            ImmutableSortedDictionary<string, InterpolationScores>
                .Empty.Add("linear", new InterpolationScores(500, bits * 6, 0.5, 0.04, 0.002, -4.25))
                .Add("slerp", new InterpolationScores(500, bits * 5, 0.375, -0.001, 0.002, 0.5)),
            2.5e-6,
            new BaselineScores(2.95, 2.42),
            [.. sheets],
            5
        );

    /// <summary>Two schemes of three points each, along both kinds of paths.</summary>
    public static EvaluationDetails Details(double bits) =>
        new(
            new SampleDetails(1000, 1437, 0.72, 0.01, 0.61, 0.02, 3, 8.7, 0.3),
            [
                .. from scheme in (string[])["linear", "slerp"]
                from pairs in (string[])[PathScores.AnyPair, PathScores.WithinClass]
                select new PathScores(
                    scheme,
                    pairs,
                    [
                        new PathPointScores(0.25, 100, 12 + bits, 0.02, 0.003, bits + 0.2, 0.01, 60, -3, 0.1),
                        new PathPointScores(0.5, 120, 15 + bits, 0.03, 0.003, bits + 0.3, 0.01, 60, -8, 0.1),
                        new PathPointScores(0.75, 100, null, null, null, bits + 0.2, 0.01, 60, -3, 0.1),
                    ]
                ),
            ],
            new TestDetails(
                [bits],
                [
                    [bits],
                ]
            ),
            new EvaluationSeedRecord(7, [6], [1, 2], [8], 3, 4, 5, 9)
        );

    public SweepStateBuilder Tell(SweepEvent fact)
    {
        State = SweepState.Apply(State, fact);
        return this;
    }

    static ImmutableSortedDictionary<string, string> Parameters(string[] terms) =>
        terms.Select(term => term.Split('=', 2)).ToImmutableSortedDictionary(term => term[0], term => term[1]);

    static SweepSpec Spec(string name) =>
        new(
            name,
            "digits",
            7,
            TrialSettings.Default.Values,
            new SearchSpace([]),
            new SearchSpec("grid"),
            new EvaluationSpec("auto", 1000, new KidSpec(100, 1000), new InterpolationSpec(100, 7, ["auto"])),
            new ResourceSpec("auto", 1, 1),
            new RetrySpec(3, 1, 1),
            new RetentionSpec(1, 1, null)
        );
}
