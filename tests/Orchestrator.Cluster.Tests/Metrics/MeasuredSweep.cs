using System.Collections.Immutable;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Metrics;

/// <summary>A sweep to which things happen, told to the metrics as the actor of a sweep tells them.</summary>
sealed class MeasuredSweep
{
    readonly ClusterMetrics _metrics;
    readonly TimeProvider _time;
    SweepState? _state;
    long _sequence;

    /// <param name="space">The rest of the sweep file; null: <paramref name="trials"/> replicates.</param>
    public MeasuredSweep(ClusterMetrics metrics, TimeProvider time, string name = "s", int trials = 2, string? space = null)
    {
        (_metrics, _time) = (metrics, time);
        space ??= $"parameters: {{ replicate: [{string.Join(", ", Enumerable.Range(1, trials))}] }}";
        var yaml = $"name: {name}\ndataset: digits\ntrial: {{ training: {{ epochs: 4 }} }}\nretries: {{ divergence: 0 }}\n{space}";
        Do(new SubmitSweep(SweepFile.Parse(yaml, "test.yaml"), yaml));
    }

    public SweepState State => _state!;

    public long Grant(WorkKind kind = WorkKind.Training, int slot = 1)
    {
        Do(new GrantLease("n", slot, kind));
        _sequence = 0;
        return State.LastToken;
    }

    public void Epoch(long token, int epoch, double validation, double seconds = 10) =>
        Do(new ReportEpoch(token, ++_sequence, new EpochReport(epoch, epoch, 3, validation, 1e-3, 1, 100, seconds)));

    public void Complete(long token) => Leave(token, epoch: 4, isFinal: true);

    /// <summary>The process has trained to its milestone, and ends.</summary>
    public void Leave(long token, int epoch, bool isFinal = false)
    {
        Do(new ReportCheckpoint(token, ++_sequence, new CheckpointInfo("/c", "00", epoch, epoch, isFinal, 1)));
        End(token, AttemptCause.Done);
    }

    public void End(long token, AttemptCause cause, EvaluationScores? scores = null) =>
        Do(new EndLease(token, new AttemptEnd(cause), scores));

    public void Do(SweepCommand command)
    {
        var decision = SweepDecider.Decide(_state, command, _time.GetUtcNow());
        Assert.Null(decision.Refusal);
        foreach (var fact in decision.Events)
        {
            _state = SweepState.Apply(_state, fact);
            _metrics.Happened(State.Spec.Name, fact);
        }

        _metrics.SweepChanged(State);
    }

    public static EvaluationScores Scores(double test = 2, double fid = 5, double kid = 0.1) =>
        new(
            new BitsPerDimScore(test, 0.1, 1, 10),
            new FeatureInfo("f", "00", "l", 8),
            new SampleScores(10, 10, fid, 0.1, kid, 0.01),
            ImmutableSortedDictionary<string, InterpolationScores>.Empty,
            0,
            new BaselineScores(4, 5),
            [],
            1
        );
}
