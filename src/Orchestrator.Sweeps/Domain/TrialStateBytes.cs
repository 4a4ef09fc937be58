using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Orchestrator.Sweeps.Domain.Kept;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <remarks>In bytes: everything that a trial holds, in this order, for <see cref="PackedTrials"/>.</remarks>
public sealed partial record TrialState
{
    internal void Write(BinaryWriter to)
    {
        to.Write(Number);
        to.WriteAll(parameters.Paths);
        to.WriteAll(parameters.Values);
        to.Write(Configuration);
        to.Write(IsDropped);
        to.Write(Note);
        to.WriteMaybe(Beyond is null ? null : (int)Beyond.How);
        to.WriteMaybe(Beyond?.Epoch);
        to.Write((int)Status);
        to.WriteMaybe(End);
        to.Write(Attempts);
        to.WriteAll(Ends);
        to.WriteMaybe(Accumulate);
        to.WriteAll(Forgiven);
        Curve.Write(to);
        to.Write(SecondsInEpochs);
        to.Write(checkpoint is not null);
        checkpoint?.Write(to);
        to.WriteMaybe(Peak?.Device);
        to.WriteMaybe(Peak?.Bytes);
        to.WriteMaybe(Node);
        to.Write(EndedLeases.Length);
        foreach (var ended in EndedLeases)
            Write(to, ended);
        to.Write((int)Evaluation);
        to.Write(Evaluations);
        to.WriteAll(EvaluationEnds);
        to.WriteAll(ForgivenEvaluations);
        to.WriteMaybe(EvaluationEnd);
        to.Write(scores is not null);
        scores?.Write(to);
        to.Write(Promotions);
        to.WriteMaybe(PrunedAt);
        to.WriteMaybe(Ranked?.Level);
        if (Ranked is not { Entry: var entry })
            return;
        to.Write(entry.Value);
        to.Write(entry.Configuration);
        to.Write(entry.Error);
        to.Write(entry.SecondValue);
    }

    internal static TrialState Read(BinaryReader from) => new(from);

    TrialState(BinaryReader from)
        : this(from.ReadInt32(), ImmutableSortedDictionary<string, string>.Empty)
    {
        parameters = KeptParameters.Of(from.ReadStrings(), from.ReadStrings());
        Configuration = from.ReadInt32();
        IsDropped = from.ReadBoolean();
        Note = from.ReadString();
        Beyond = (from.ReadMaybeNumber(), from.ReadMaybeNumber()) is ({ } how, { } epoch)
            ? new ScheduleBeyondEnd((ScheduleChoice)how, (int)epoch)
            : null;
        Status = (TrialStatus)from.ReadInt32();
        End = from.ReadMaybeEnd();
        Attempts = from.ReadInt32();
        Ends = from.ReadCounts();
        Accumulate = (int?)from.ReadMaybeNumber();
        Forgiven = from.ReadCounts();
        Curve = Curve.Read(from);
        SecondsInEpochs = from.ReadDouble();
        checkpoint = from.ReadBoolean() ? new KeptCheckpoint(from) : null;
        Peak = (from.ReadMaybeString(), from.ReadMaybeNumber()) is ({ } device, { } bytes) ? new PeakMemory(device, bytes) : null;
        Node = from.ReadMaybeString();
        var ended = new EndedLease[from.ReadInt32()];
        for (var lease = 0; lease < ended.Length; lease++)
            ended[lease] = ReadEnded(from);
        EndedLeases = ImmutableCollectionsMarshal.AsImmutableArray(ended);
        Evaluation = (EvaluationStatus)from.ReadInt32();
        Evaluations = from.ReadInt32();
        EvaluationEnds = from.ReadCounts();
        ForgivenEvaluations = from.ReadCounts();
        EvaluationEnd = from.ReadMaybeEnd();
        scores = from.ReadBoolean() ? new KeptScores(from) : null;
        Promotions = from.ReadInt32();
        PrunedAt = (int?)from.ReadMaybeNumber();
        Ranked = from.ReadMaybeNumber() is { } level
            ? new RankedEntry((int)level, new RungEntry(from.ReadDouble(), from.ReadInt32(), from.ReadDouble(), from.ReadDouble()))
            : null;
    }

    static void Write(BinaryWriter to, EndedLease ended)
    {
        to.Write((byte)ended.Kind);
        to.Write(ended.Attempt);
        to.Write((byte)ended.Cause);
        to.Write(ended.Kept.Ticks);
        to.Write(ended.Lost.Ticks);
        to.Write(ended.Rate.GpuShare);
        to.Write(ended.Rate.PricePerHour);
    }

    static EndedLease ReadEnded(BinaryReader from) =>
        new(
            (WorkKind)from.ReadByte(),
            from.ReadInt32(),
            (AttemptCause)from.ReadByte(),
            new TimeSpan(from.ReadInt64()),
            new TimeSpan(from.ReadInt64()),
            new LeaseRate(from.ReadDouble(), from.ReadDouble())
        );
}
