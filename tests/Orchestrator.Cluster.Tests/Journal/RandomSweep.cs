using System.Collections.Immutable;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>A sweep to which anything happens that may: its history follows from the seed.</summary>
sealed class RandomSweep
{
    public const string Name = "random";
    public static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);

    const string Grid = """
        name: random
        dataset: digits
        trial: { training: { epochs: 3 } }
        parameters:
          base:
            - { distribution: gaussian }
            - { distribution: von-mises-fisher, kappa: [1, 2d] }
          replicate: [1, 2, 3]
        retention: { budget: 3TiB }
        """;

    const string Searched = """
        name: random
        dataset: digits
        trial: { training: { epochs: 3 } }
        parameters:
          training.learning_rate: { log_uniform: [1.0e-4, 3.0e-3] }
          base:
            - { distribution: gaussian }
            - { distribution: von-mises-fisher, kappa: [1, 2d] }
        search: { algorithm: tpe, trials: 30, start_trials: 3 }
        scheduler: { algorithm: asha, mode: promote, min_epochs: 1, max_epochs: 3, reduction: 2 }
        """;

    readonly int _seed;
    readonly List<SweepEvent> _events = [];
    int _draws;
    SweepState? _state;

    public RandomSweep(int seed)
    {
        _seed = seed;
        var file = seed % 2 == 0 ? Grid : Searched;
        Do(new SubmitSweep(SweepFile.Parse(file, "random.yaml"), file));
    }

    public SweepState State => _state!;

    public IReadOnlyList<SweepEvent> Events => _events;

    public void Step() => Do(Pick([.. Next()]));

    /// <summary>What may happen next.</summary>
    public IEnumerable<SweepCommand> Next()
    {
        // Mostly work; the rest now and then.
        for (var slot = 1; slot <= 3; slot++)
        {
            yield return new GrantLease($"node-{slot}", slot, WorkKind.Training)
            {
                Free = slot == 3 ? new SlotResources(0, 1, Price: 2.5) : null,
            };
            yield return new GrantLease($"node-{slot}", slot + 3, WorkKind.Evaluation);
        }

        foreach (var held in State.Leases.Values.OrderBy(held => held.Lease.Token))
        {
            var (token, next) = (held.Lease.Token, held.LastSequence + 1);
            if (held.Lease.Kind == WorkKind.Training)
            {
                var epoch = State.Trial(held.Lease.Trial).Epochs % 3 + 1;
                yield return new ReportEpoch(
                    token,
                    next,
                    new EpochReport(epoch, epoch * 10, 3 + token / 7.0, token % 5 == 0 ? double.NaN : 2.5 / epoch, 1e-3, 0.1, 1e9 / 7, 1.25)
                );
                yield return new ReportCheckpoint(
                    token,
                    next,
                    new CheckpointInfo($"/é/{token}", $"{token:x}", epoch, epoch * 10, epoch == 3, 1L << 40) { Stored = (token % 3) << 40 }
                );
                yield return new ReportMemory(token, next, new PeakMemory(token % 2 == 0 ? PeakMemory.Cpu : PeakMemory.Cuda, token << 20));
                yield return new ReportDataset(token, "d1");
            }

            foreach (var cause in Enum.GetValues<AttemptCause>())
                yield return new EndLease(
                    token,
                    new AttemptEnd(cause, cause == AttemptCause.Done ? null : "why", "level0", 12),
                    Scores(token)
                );
            yield return new EndLease(token, new AttemptEnd(AttemptCause.Done), Scores(token));
        }

        foreach (var held in State.Leases.Values.OrderBy(held => held.Lease.Token).Take(1))
            yield return new PreemptTrial(held.Lease.Token, "urgent");
        yield return new SetSweep(SweepShare.Default.Values.SetItem("max_slots", _draws % 2 == 0 ? "none" : "2"));
        yield return new SetSweep(
            ImmutableSortedDictionary<string, string>
                .Empty.Add("budget.slot_hours", _draws % 3 == 0 ? "0.001" : "none")
                .Add("training.max_hours", _draws % 4 == 0 ? "0.0005" : "1")
        );
        yield return new TagSweep([$"t{_draws}"], [$"t{_draws - 2}"]);
        yield return new WriteNote(_draws % 2 == 0 ? null : 1, $"é {_draws % 3}");
        foreach (var given in State.GivenUp.Values.Take(1))
            yield return new ConfirmDeleted(given);
        yield return new LendCheckpoint(1, $"fork-{_draws % 3}");
        yield return new TakeCheckpointBack($"fork-{_draws % 3}");
        yield return new PruneCheckpoints(_draws % 2 == 0);
        yield return new CheckBudget();
        yield return new NoteQuota(_draws % 3 == 0 ? "token alice has used 40 of 40 GPU-hours" : null);
        yield return new RetryTrials([]);
        yield return new ResumeSweep();
        yield return new ResumeSweep();
        if (_draws % 5 == 0)
            yield return new PauseSweep();
        if (_draws > 90)
            yield return new StopSweep();
    }

    void Do(SweepCommand command)
    {
        _draws++;
        foreach (var fact in SweepDecider.Decide(_state, command, Start.AddSeconds(_draws / 3.0)).Events)
        {
            _state = SweepState.Apply(_state, fact);
            _events.Add(fact);
        }
    }

    T Pick<T>(IReadOnlyList<T> choices) => choices[(int)(Seed.Derive(_seed, "step", _draws) % choices.Count)];

    static EvaluationScores Scores(long token) =>
        new(
            new BitsPerDimScore(token / 3.0, 0.1, 5, 100),
            new FeatureInfo("cnn", "00ff", "features", 8),
            new SampleScores(10, 10, token / 11.0, 0.2, 0.1, double.PositiveInfinity),
            ImmutableSortedDictionary<string, InterpolationScores>.Empty.Add("slerp", new InterpolationScores(5, 1, 0.5, 2, 3, -0.0)),
            1e-300,
            new BaselineScores(4, 5),
            ["a.png", "b.png"],
            token
        );
}
