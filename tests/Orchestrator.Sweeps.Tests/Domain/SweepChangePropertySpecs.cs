using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>A sweep whose file is changed again and again while it runs, is paused, stopped and promoted, and attempts end however they
/// do.</summary>
public sealed class SweepChangePropertySpecs
{
    static readonly string[] Files =
    [
        File("[0.1, 0.2]", 2),
        File("[0.1, 0.2, 0.3]", 2),
        File("[0.2, 0.3]", 4),
        File("[0.1, 0.2, 0.3]", 4, "replicate: [1, 2]"),
        File("[0.3]", 4, "replicate: [1, 2]", "evaluation: { samples: 500 }"),
        File("[0.1, 0.4]", 8),
    ];

    static string File(string rates, int epochs, string? replicates = null, string more = "") =>
        $$"""
            name: test
            dataset: digits
            trial: { training: { epochs: {{epochs}} } }
            parameters: { training.learning_rate: {{rates}}{{(replicates is null ? "" : $", {replicates}")}} }
            {{more}}
            """;

    static readonly Gen<(int What, int Who, int How)> Happening = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 999], Gen.Int[0, 8]);

    [Theory]
    [InlineData("")]
    [InlineData("scheduler: { algorithm: asha, reduction: 2 }")]
    [InlineData("scheduler: { algorithm: asha, mode: stop, reduction: 2 }")]
    public void Any_interleaving_with_changes_keeps_the_invariants(string scheduler) =>
        Happening
            .Array[0, 100]
            .Sample(
                happenings =>
                {
                    var domain = SweepDomain.Of(Files[0] + "\n" + scheduler);
                    var attempts = new List<Attempt>();
                    foreach (var (what, who, how) in happenings)
                    {
                        Happen(domain, attempts, scheduler, what, who, how);
                        Check(domain.Sweep);
                    }

                    Assert.Empty(domain.Replayed().Differences);
                    domain.Do(new ResumeSweep());
                    foreach (var held in domain.Sweep.Leases.Values.ToList())
                        domain.End(held.Lease, AttemptCause.NodeLost);
                    Finish(domain, attempts);
                    Check(domain.Sweep);
                    Assert.True(domain.Sweep.IsOver);
                    // Each trial was trained by no more epochs than the file had at most, and none of them twice without a cause.
                    Assert.All(
                        domain.Sweep.Trials,
                        trial => Assert.Equal(Enumerable.Range(1, trial.Epochs), trial.Curve.Select(one => one.Epoch))
                    );
                },
                iter: 500
            );

    sealed class Attempt(Lease lease, int goal, int last, int epoch)
    {
        public Lease Lease => lease;
        public int Goal => goal;
        public int Last => last;
        public int Epoch { get; set; } = epoch;
        public int Sequence { get; set; }
    }

    static void Happen(SweepDomain domain, List<Attempt> attempts, string scheduler, int what, int who, int how)
    {
        var attempt = attempts.Count == 0 ? null : attempts[who % attempts.Count];
        switch (what)
        {
            case 0 or 1 or 2:
                Begin(domain, attempts, $"n{who % 2}", who % 3);
                break;
            case 3 or 4 when attempt is not null:
                Train(domain, attempt, 1 + how % 3);
                break;
            case 5 when attempt is not null:
                domain.End(attempt.Lease, (AttemptCause)how == AttemptCause.Done ? AttemptCause.Interrupted : (AttemptCause)how);
                break;
            case 6 when domain.Grant(WorkKind.Evaluation, "e", who % 2) is { } evaluation && how > 1:
                domain.End(evaluation, how == 2 ? AttemptCause.Crash : AttemptCause.Done);
                break;
            case 7 when who < 60:
                domain.Do(new StopSweep());
                break;
            case 8:
                domain.Do(who < 300 ? new PauseSweep() : new ResumeSweep());
                break;
            case 9 when how < 3:
                domain.Do(new RetryTrials([]));
                break;
            case 10 or 11 when who < 600:
                var text = Files[who % Files.Length] + "\n" + scheduler;
                var change = new ChangeSpec(SweepFile.Parse(text, "f"), text);
                if (domain.Do(change).Refusal is null)
                    Assert.Empty(domain.Do(change).Events);
                break;
        }
    }

    static Attempt? Begin(SweepDomain domain, List<Attempt> attempts, string node, int slot)
    {
        if (domain.Grant(WorkKind.Training, node, slot) is not { } lease)
            return null;
        var (sweep, trial) = (domain.Sweep, domain.Sweep.Trial(lease.Trial));
        var begun = new Attempt(lease, Ladders.Milestone(sweep, trial), Ladders.TrialEpochs(sweep.Spec, trial), trial.Epochs);
        attempts.Add(begun);
        return begun;
    }

    static void Train(SweepDomain domain, Attempt attempt, int epochs)
    {
        for (; epochs > 0 && attempt.Epoch < attempt.Goal; epochs--)
        {
            var epoch = ++attempt.Epoch;
            domain.Do(
                new ReportEpoch(
                    attempt.Lease.Token,
                    ++attempt.Sequence,
                    SweepDomain.Epoch(epoch) with
                    {
                        ValidationBitsPerDim = 3 + attempt.Lease.Trial * 0.01,
                    }
                )
            );
            domain.Do(
                new ReportCheckpoint(attempt.Lease.Token, ++attempt.Sequence, SweepDomain.Checkpoint(epoch, final: epoch == attempt.Last))
            );
        }

        if (attempt.Epoch == attempt.Goal)
            domain.End(attempt.Lease, AttemptCause.Done);
    }

    static void Finish(SweepDomain domain, List<Attempt> attempts)
    {
        for (var steps = 0; !domain.Sweep.IsOver && steps < 500; steps++)
        {
            if (Begin(domain, attempts, "healthy", 0) is { } attempt)
                Train(domain, attempt, int.MaxValue);
            else if (domain.Grant(WorkKind.Evaluation, "healthy") is { } evaluation)
                domain.End(evaluation, AttemptCause.Done);
        }
    }

    static void Check(SweepState now)
    {
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            var held = now.Leases.Values.Where(lease => lease.Lease.Kind == kind).Select(lease => lease.Lease.Trial).Order().ToList();
            Assert.Equal(
                now.Trials.Where(trial =>
                        kind == WorkKind.Training ? trial.Status == TrialStatus.Running : trial.Evaluation == EvaluationStatus.Running
                    )
                    .Select(trial => trial.Number)
                    .ToList(),
                held
            );
        }

        // What is no longer in the file neither waits nor is promoted, and what trains of it is leaving.
        foreach (var trial in now.Trials.Where(trial => trial.IsDropped))
            Assert.True(trial.Status is not (TrialStatus.Pending or TrialStatus.Paused) && trial.Evaluation != EvaluationStatus.Pending);
        Assert.All(
            now.Leases.Values.Where(held => now.Trial(held.Lease.Trial).IsDropped && held.Lease.Kind == WorkKind.Training),
            held => Assert.True(now.Recalls(held.Lease))
        );
        // Every trial is of one configuration, and those of one that is not dropped differ in their replicate alone.
        Assert.Equal(
            now.Trials.Count(trial => !trial.IsDropped),
            now.Configurations.SelectMany(numbers => numbers).Select(now.Trial).Count(trial => !trial.IsDropped)
        );
        Assert.Equal(now.Configurations.Count(numbers => numbers.All(number => now.Trial(number).IsDropped)), now.DroppedConfigurations);
        foreach (var numbers in now.Configurations)
        {
            Assert.Single(numbers.Select(number => now.Trial(number).Parameter("training.learning_rate")).Distinct());
            Assert.Equal(numbers.Length, numbers.Select(number => now.Trial(number).Parameter("replicate") ?? "1").Distinct().Count());
        }

        foreach (var rung in now.Rungs.Values.SelectMany(ladder => ladder.Values))
            Assert.All(
                rung.Waiting,
                entry => Assert.All(now.ReplicatesOf(entry.Configuration), trial => Assert.Equal(TrialStatus.Paused, trial.Status))
            );
        Assert.Equal(now.Trials.Count(trial => !trial.IsOver), now.OpenTrials);
        Assert.Equal(now.OpenTrials == 0, now.IsOver);
    }
}
