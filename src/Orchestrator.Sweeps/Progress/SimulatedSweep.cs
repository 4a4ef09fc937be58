using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Progress;

/// <summary>A sweep run to its end by the rules of the real one, where an evaluation takes no time, and each configuration keeps a rank
/// that is drawn at random. Where a scheduler decides, an epoch of each configuration takes a time of its own, half as long as one on
/// average to half as long again, so that slots do not go in step; without one all take the same.</summary>
sealed class SimulatedSweep
{
    readonly PriorityQueue<(int Slot, long Token), (double At, int Slot)> running = new();
    readonly SortedSet<int> idle;
    SweepState state;

    SimulatedSweep(SweepSpec spec, int slots)
    {
        idle = [.. Enumerable.Range(0, slots)];
        state = SweepDecider
            .Decide(null, new SubmitSweep(spec, ""), DateTimeOffset.UnixEpoch)
            .Events.Aggregate((SweepState?)null, SweepState.Apply)!;
    }

    /// <returns>The sweep when it is over, and how many epochs it took, one after another.</returns>
    public static (SweepState End, double Length) Run(SweepSpec spec, int slots)
    {
        var sweep = new SimulatedSweep(Configurations.AtRandom(spec), slots);
        var length = sweep.RunToTheEnd();
        return (sweep.state, length);
    }

    double RunToTheEnd()
    {
        var now = 0.0;
        while (true)
        {
            foreach (var slot in idle.ToList())
            {
                if (Do(new GrantLease("", slot, WorkKind.Training)).OfType<LeaseGranted>().FirstOrDefault() is not { } granted)
                    break;
                idle.Remove(slot);
                Begin(now, slot, granted.Token);
            }

            if (!running.TryDequeue(out var next, out var end))
                return now;
            now = end.At;
            if (Arrive(next.Token))
                Begin(now, next.Slot, next.Token);
            else
                idle.Add(next.Slot);
            Evaluate();
        }
    }

    void Begin(double now, int slot, long token)
    {
        var trial = state.Trial(state.Leases[token].Lease.Trial);
        running.Enqueue((slot, token), (now + (Next(trial) - trial.Epochs) * Pace(trial), slot));
    }

    /// <returns>The epoch at which something is decided about the trial.</returns>
    int Next(TrialState trial)
    {
        var scheduler = state.Spec.Scheduler;
        var milestone = Ladders.Milestone(state, trial);
        return scheduler.Algorithm == SchedulerSpec.Median ? trial.Epochs + 1
            : scheduler.HasRungs && !scheduler.Promotes ? Levels.Of(state.Spec).First(level => level > trial.Epochs)
            : milestone;
    }

    /// <returns>True where the trial goes on in its slot.</returns>
    bool Arrive(long token)
    {
        var lease = state.Leases[token].Lease;
        if (!state.Recalls(lease))
        {
            var trial = state.Trial(lease.Trial);
            var epoch = Next(trial);
            var value = Value(trial);
            Do(new ReportEpoch(token, 2L * epoch, new EpochReport(epoch, epoch, value, value, 0, 0, 0, 1)));
            if (!state.Recalls(lease))
            {
                if (epoch < Ladders.Milestone(state, trial))
                    return true;
                var isLast = epoch == Ladders.TrialEpochs(state.Spec, trial);
                Do(new ReportCheckpoint(token, 2L * epoch + 1, new CheckpointInfo("", "", epoch, epoch, isLast, 0)));
            }
        }

        Do(new EndLease(token, new AttemptEnd(state.Recalls(lease) ? AttemptCause.Interrupted : AttemptCause.Done)));
        return false;
    }

    double Value(TrialState trial) => 1 + AtRandom("rank", trial);

    double Pace(TrialState trial) => state.Spec.Scheduler.Algorithm == SchedulerSpec.None ? 1 : 0.5 + AtRandom("pace", trial);

    double AtRandom(string purpose, TrialState trial) =>
        Seed.Derive(state.Spec.Seed, purpose, state.ConfigurationOf(trial.Number)) / Math.Pow(2, 63);

    void Evaluate()
    {
        while (Do(new GrantLease("", 0, WorkKind.Evaluation)).OfType<LeaseGranted>().FirstOrDefault() is { } granted)
            Do(new EndLease(granted.Token, new AttemptEnd(AttemptCause.Done), Scores(Value(state.Trial(granted.Trial)))));
    }

    static EvaluationScores Scores(double value) =>
        new(
            new BitsPerDimScore(value, 0, 1, 1),
            new FeatureInfo("", "", "", 1),
            new SampleScores(1, 1, value, 0, value, 0),
            ImmutableSortedDictionary<string, InterpolationScores>.Empty,
            0,
            new BaselineScores(value, value),
            [],
            0
        );

    ImmutableArray<SweepEvent> Do(SweepCommand command)
    {
        var decision = SweepDecider.Decide(state, command, DateTimeOffset.UnixEpoch);
        state = decision.Events.Aggregate(state, SweepState.Apply);
        return decision.Events;
    }
}
