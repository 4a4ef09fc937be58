using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>A sweep under test: commands in, every event kept, the clock a counter.</summary>
sealed class SweepDomain
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    readonly List<SweepEvent> _journal = [];
    int _seconds;

    public SweepState? State { get; private set; }

    public IReadOnlyList<SweepEvent> Journal => _journal;

    public SweepState Sweep => State ?? throw new InvalidOperationException("nothing was submitted");

    public static SweepDomain Of(string yaml)
    {
        var domain = new SweepDomain();
        domain.Do(new SubmitSweep(SweepFile.Parse(yaml, "test.yaml"), yaml));
        return domain;
    }

    public static SweepDomain WithTrials(int trials, string more = "") =>
        Of(
            $$"""
            name: test
            dataset: digits
            parameters: { replicate: [{{string.Join(", ", Enumerable.Range(1, trials))}}] }
            {{more}}
            """
        );

    /// <summary>The same sweep, by somebody who has its data set.</summary>
    public SubmitSweep Again(string dataset) => new(Sweep.Spec, "", dataset);

    public Decision Do(SweepCommand command)
    {
        var decision = SweepDecider.Decide(State, command, Start.AddSeconds(_seconds++));
        foreach (var fact in decision.Events)
        {
            State = SweepState.Apply(State, fact);
            _journal.Add(fact);
        }

        return decision;
    }

    /// <summary>Every decision of the journal made again.</summary>
    public SweepReplay Replayed() => Replayed(_journal);

    public static SweepReplay Replayed(IEnumerable<SweepEvent> journal) =>
        SweepReplay.Of(journal.Index().Select(entry => (entry.Index + 1L, entry.Item)), (state, _, fact) => SweepState.Apply(state, fact));

    public void Wait(TimeSpan time) => _seconds += (int)time.TotalSeconds;

    public Lease? Grant(WorkKind kind, string node = "n1", int slot = 1) =>
        Do(new GrantLease(node, slot, kind)).Events.OfType<LeaseGranted>().FirstOrDefault() is { } granted
            ? Sweep.Leases[granted.Token].Lease
            : null;

    public Lease Train(string node = "n1", int slot = 1) =>
        Grant(WorkKind.Training, node, slot) ?? throw new InvalidOperationException("no trial is pending");

    public Lease Evaluate(string node = "n1", int slot = 1) =>
        Grant(WorkKind.Evaluation, node, slot) ?? throw new InvalidOperationException("no evaluation is pending");

    public Decision End(Lease lease, AttemptCause cause) =>
        Do(
            new EndLease(
                lease.Token,
                new AttemptEnd(cause),
                lease.Kind == WorkKind.Evaluation && cause == AttemptCause.Done ? Scores : null
            )
        );

    public Decision Fail(Lease lease, AttemptCause cause, string message) => Do(new EndLease(lease.Token, new AttemptEnd(cause, message)));

    public Decision FinishTraining(Lease lease)
    {
        Do(new ReportEpoch(lease.Token, 1, Epoch(1)));
        Do(new ReportCheckpoint(lease.Token, 2, Checkpoint(1, final: true)));
        return End(lease, AttemptCause.Done);
    }

    public static EpochReport Epoch(int epoch) => new(epoch, epoch * 10, 3, 3, 1e-3, 1, 100, 1);

    public static CheckpointInfo Checkpoint(int epoch, bool final) => new($"/checkpoints/{epoch}", "00", epoch, epoch * 10, final, 1);

    public static EvaluationScores Scores { get; } =
        new(
            new BitsPerDimScore(2.5, 0.01, 4, 100),
            new FeatureInfo("f", "00", "l", 8),
            new SampleScores(100, 100, 1, 0.05, 0.1, 0.01),
            ImmutableSortedDictionary<string, InterpolationScores>.Empty,
            1e-6,
            new BaselineScores(2.95, 2.42),
            [],
            1
        );
}
