using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Sweeps.Tests.Domain;

namespace Orchestrator.Sweeps.Tests.Progress;

/// <summary>A sweep whose commands come at the times that a test names, in seconds since it was submitted.</summary>
sealed class TimedSweep
{
    static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    public TimedSweep(string yaml)
    {
        var file = $"name: s\ndataset: digits\nretries: {{ divergence: 0 }}\n{yaml}";
        Do(0, new SubmitSweep(SweepFile.Parse(file, "s.yaml"), file));
    }

    public SweepState State { get; private set; } = null!;

    public SweepProgress Progress(double at) => SweepProgress.From(State, Start.AddSeconds(at));

    /// <summary>Seconds until training and sweep are over, to a tenth.</summary>
    public (double? Training, double? Total) TimeLeft(double at)
    {
        var left = Progress(at).TimeLeft;
        return (Tenths(left.Training), Tenths(left.Total));

        static double? Tenths(TimeSpan? time) => time is { } known ? Math.Round(known.TotalSeconds, 1) : null;
    }

    public long Grant(double at, WorkKind kind = WorkKind.Training)
    {
        Do(at, new GrantLease("n", 1, kind));
        return State.LastToken;
    }

    public void Epochs(double at, long token, int epochs, double seconds)
    {
        var trial = State.Trial(State.Leases[token].Lease.Trial);
        for (var epoch = trial.Epochs + 1; epoch <= trial.Epochs + epochs; epoch++)
            Do(
                at,
                new ReportEpoch(
                    token,
                    State.Leases[token].LastSequence + 1,
                    new EpochReport(epoch, epoch, 3, 3 - trial.Number / 10.0, 1e-3, 1, 100, seconds)
                )
            );
    }

    public void Complete(double at, long token)
    {
        var checkpoint = new CheckpointInfo("/c", "00", 4, 4, true, 1);
        Do(at, new ReportCheckpoint(token, State.Leases[token].LastSequence + 1, checkpoint));
        Do(at, new EndLease(token, new AttemptEnd(AttemptCause.Done)));
    }

    public void Evaluated(double at, long token) => Do(at, new EndLease(token, new AttemptEnd(AttemptCause.Done), SweepDomain.Scores));

    public void Fail(double at, long token) => Do(at, new EndLease(token, new AttemptEnd(AttemptCause.Divergence)));

    public void Do(double at, SweepCommand command)
    {
        var decision = SweepDecider.Decide(State, command, Start.AddSeconds(at));
        Assert.Null(decision.Refusal);
        State = decision.Events.Aggregate(State, SweepState.Apply);
    }
}
