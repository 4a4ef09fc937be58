using System.Globalization;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>A sweep that a test holds in its hand: a sweep file that is read as a coordinator reads it, and a journal that the test
/// tells.</summary>
sealed class FakeSweep
{
    static readonly DateTimeOffset Beginning = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    const string Node = "10.0.0.2:4053";

    DateTimeOffset now = Beginning;
    long sequence;

    /// <param name="finished">Trials that have ended: of eleven one has failed, and of seven one waits for its evaluation.</param>
    /// <param name="running">Trials after these that train.</param>
    public FakeSweep(string file, int finished = 0, int running = 3)
    {
        State = SweepState.Apply(null, new SweepSubmitted(SweepFile.Parse(file, "x.yaml"), file) { At = now });
        foreach (var (index, parameters) in (State.Spec.Search.IsGrid ? GridSearch.Enumerate(State.Spec) : []).Index())
            Tell(new TrialAdded(index + 1, parameters) { At = now });
        for (var number = 1; number <= Math.Min(finished, State.Trials.Count); number++)
            Finish(number);
        for (var number = finished + 1; number <= Math.Min(finished + running, State.Trials.Count); number++)
            Learn(number, 1 + (number - 1) % 7);
    }

    /// <summary>Forty trials in every state.</summary>
    public static FakeSweep Digits() =>
        new(
            """
            name: digits
            dataset: digits
            seed: 7
            trial: { training: { epochs: 30 } }
            parameters:
              base:
                - { distribution: gaussian }
                - { distribution: dirichlet, alpha: 2 }
                - { distribution: von-mises-fisher, kappa: { choice: [1d, 1.5d] } }
              flow.hidden: [32, 64]
              training.learning_rate: [3.0e-4, 6.0e-4, 1.0e-3, 2.0e-3, 4.0e-3]
            search: { algorithm: grid }

            """,
            finished: 31
        );

    /// <summary>A sweep of which every trial is completed and evaluated.</summary>
    public static FakeSweep Completed(string file)
    {
        var sweep = new FakeSweep(file, running: 0);
        for (var number = 1; number <= sweep.State.PlannedTrials; number++)
        {
            // A search draws its trials when a slot asks.
            if (number > sweep.State.Trials.Count)
                sweep.Do(new GrantLease(Node, 0, WorkKind.Training));
            sweep.Complete(number).Evaluate(number);
        }

        return sweep.Is(SweepStatus.Completed);
    }

    /// <summary>Twenty-four trials of a search over ranges, of which the better ones are promoted; thirty leases were trained.</summary>
    public static FakeSweep Scheduled() =>
        new FakeSweep(
            """
            name: ladder
            dataset: digits
            seed: 7
            trial: { training: { epochs: 9 } }
            parameters:
              training.learning_rate: { log_uniform: [1.0e-4, 3.0e-3] }
              base:
                - { distribution: gaussian }
                - { distribution: von-mises-fisher, kappa: { log_uniform: [0.5d, 4d] } }
            search: { algorithm: random, trials: 24 }
            scheduler: { algorithm: asha, mode: promote, min_epochs: 1, max_epochs: 9, reduction: 3, stratify_by: base.distribution }

            """,
            running: 0
        ).Work(30);

    /// <summary>A slot asks for work, trains what it is given to its milestone and leaves; so many times, or until there is
    /// nothing to train.</summary>
    public FakeSweep Work(int times)
    {
        for (; times > 0; times--)
        {
            Do(new GrantLease(Node, 0, WorkKind.Training));
            if (!State.Leases.TryGetValue(State.LastToken, out var granted))
                break;
            var lease = granted.Lease;
            var epochs = Ladders.Milestone(State, State.Trial(lease.Trial));
            Learn(lease.Trial, epochs).Checkpoint(lease.Trial, epochs).Do(new EndLease(lease.Token, new(AttemptCause.Done), null));
        }

        return this;
    }

    public string Id => State.Spec.Name;

    public SweepState State { get; private set; }

    public void SubmittedBy(string token) => State = State with { SubmittedBy = token };

    /// <summary>When the newest fact was.</summary>
    public DateTimeOffset Now => now;

    /// <summary>What the page is told of the trials.</summary>
    public List<TrialRow> Rows => [.. TrialRow.Of(State, now)];

    public List<FakeEvent> Journal { get; } = [.. Enumerable.Range(1, 900).Select(number => FakeEvent.Of(number))];

    public string Log { get; set; } =
        string.Concat(
            Enumerable
                .Range(1, 40)
                .Select(line =>
                    $"2026-11-24T09:{line:00}:00.000Z epoch {line}: validation "
                    + $"{(1.7 + 3.0 / line).ToString("F4", CultureInfo.InvariantCulture)} bits/dim\n"
                )
        );

    public SweepDetail Summary() => SweepDetail.From(State, now);

    public TrialRow Row(int number) => TrialRow.From(State, State.Trial(number), now);

    public TrialState? Find(string id) => State.Trials.Find(trial => trial.Id == id);

    public TrialDetail Detail(TrialState trial) =>
        TrialDetail.From(
            State,
            trial,
            now,
            trial.Scores is null
                ? []
                :
                [
                    .. new[] { "samples.png", "interpolation-linear.png", "interpolation-slerp.png" }.Select(name => new ArtifactEntry(
                        name,
                        18_432,
                        "image/png"
                    )),
                ]
        );

    public FakeSweep Is(SweepStatus status) =>
        status switch
        {
            SweepStatus.Running => this,
            SweepStatus.Paused => Tell(new SweepPaused(Because: null) { At = now }),
            SweepStatus.Stopping => Tell(new SweepStopRequested { At = now }),
            _ => Tell(new SweepEnded(status) { At = now }),
        };

    /// <summary>What waits at a rung is given up.</summary>
    public FakeSweep StopsWaiting()
    {
        foreach (var number in State.PausedTrials)
            Tell(new TrialPruned(number, State.Trial(number).Epochs) { At = now });
        return this;
    }

    public FakeSweep Says(string[] tags, string note) =>
        Tell(new TagsChanged([.. tags]) { At = now }).Tell(new SweepNoted(note) { At = now });

    public FakeSweep Shares(SweepShare share) => Tell(new ShareChanged(share) { At = now });

    public FakeSweep PausesItself(AttemptEnd because) => Tell(new SweepPaused(because) { At = now });

    /// <summary>Trains a trial to the end of an epoch.</summary>
    public FakeSweep Learn(int number, int epoch)
    {
        if (State.Trial(number).Status != TrialStatus.Running)
            Grant(number, WorkKind.Training);
        while (State.Trial(number).Epochs < epoch)
            Report(number, State.Trial(number).Epochs + 1);
        return this;
    }

    public FakeSweep Complete(int number)
    {
        var epochs = Ladders.TrialEpochs(State.Spec, State.Trial(number));
        return Learn(number, epochs)
            .Checkpoint(number, epochs)
            .End(number, new(AttemptCause.Done))
            .Tell(new TrialCompleted(number) { At = now });
    }

    FakeSweep Checkpoint(int number, int epoch)
    {
        var folder = $"/data/sweeps/{Id}/trials/{TrialId.Of(number)}/checkpoints/{epoch * 22}";
        var isFinal = epoch == Ladders.TrialEpochs(State.Spec, State.Trial(number));
        return Tell(
            new CheckpointReported(
                number,
                Lease(number),
                ++sequence,
                new CheckpointInfo(folder, new string('a', 40) + "0123456789abcdef01234567", epoch, epoch * 22, isFinal, 18_432)
            )
            {
                At = now,
            }
        );
    }

    public FakeSweep Evaluate(int number)
    {
        Grant(number, WorkKind.Evaluation);
        now += TimeSpan.FromSeconds(20);
        End(number, new(AttemptCause.Done));
        return Tell(
            new EvaluationCompleted(number, FakeFigures.Scores(number, State.Trial(number).ValidationBitsPerDim!.Value)) { At = now }
        );
    }

    FakeSweep Report(int number, int epoch) =>
        Tell(
            new EpochReported(
                number,
                Lease(number),
                ++sequence,
                FakeFigures.Epoch(State.Spec, number, State.Trial(number).Parameters, epoch)
            )
            {
                At = now += TimeSpan.FromSeconds(6.1),
            }
        );

    void Finish(int number)
    {
        if (number % 11 == 5)
        {
            var end = new AttemptEnd(
                AttemptCause.Divergence,
                "loss is not finite at step 212, first in layer couplings.3",
                "couplings.3",
                212
            );
            Learn(number, 2).End(number, end);
            Learn(number, 3).End(number, end).Tell(new TrialFailed(number, end) { At = now });
            return;
        }

        Complete(number);
        if (number % 7 != 6)
            Evaluate(number);
    }

    void Grant(int number, WorkKind kind)
    {
        var trial = State.Trial(number);
        Tell(
            new LeaseGranted(
                number,
                kind,
                1 + (kind == WorkKind.Training ? trial.Attempts : trial.Evaluations),
                State.LastToken + 1,
                Node,
                0
            )
            {
                At = now,
            }
        );
    }

    FakeSweep End(int number, AttemptEnd end)
    {
        var (held, lease) = State.Leases.Single(one => one.Value.Lease.Trial == number);
        return Tell(new LeaseEnded(number, lease.Lease.Kind, held, end) { At = now });
    }

    long Lease(int number) => State.Leases.Single(one => one.Value.Lease.Trial == number).Key;

    FakeSweep Do(SweepCommand command)
    {
        foreach (var fact in SweepDecider.Decide(State, command, now).Events)
            Tell(fact);
        return this;
    }

    FakeSweep Tell(SweepEvent fact)
    {
        State = SweepState.Apply(State, fact);
        return this;
    }
}

sealed record FakeEvent(long Sequence, string At, string Type, string? Trial, string Text)
{
    static readonly string[] Types =
    [
        "lease_granted",
        "epoch_reported",
        "epoch_reported",
        "checkpoint_reported",
        "lease_ended",
        "trial_completed",
    ];

    public static FakeEvent Of(long sequence)
    {
        var (type, trial) = (Types[sequence % 6], (1 + sequence / 6 % 40).ToString("D4", CultureInfo.InvariantCulture));
        return new(
            sequence,
            $"2026-11-24T08:{sequence / 60 % 60:D2}:{sequence % 60:D2}Z",
            type,
            trial,
            type switch
            {
                "lease_granted" => "attempt 1 to 10.0.0.2:4053, slot 1",
                "epoch_reported" => "epoch 12: 1.842 bits per dimension",
                "checkpoint_reported" => "checkpoint of epoch 12, 1.9 MB",
                "lease_ended" => "attempt 1 ended: done",
                _ => "completed",
            }
        );
    }
}
