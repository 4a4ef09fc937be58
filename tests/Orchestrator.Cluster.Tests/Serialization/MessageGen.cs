using System.Collections.Immutable;
using CsCheck;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Serialization;

/// <summary>Any message, whatever its members may hold.</summary>
static class MessageGen
{
    static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 20],
        // Text of 254 bytes and more has another form.
        Gen.Int[250, 260].Select(length => new string('x', length)),
        Among("", "\0", "größer → 🙂", "0")
    );

    static readonly Gen<int> Int = Gen.Int;
    static readonly Gen<long> Long = Gen.Long;
    static readonly Gen<double> Double = Gen.OneOf(
        Gen.Double,
        Among(0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon)
    );

    static readonly Gen<Lease> Lease = Gen.Select(
        Int,
        Gen.Enum<WorkKind>(),
        Int,
        Long,
        Text,
        Int,
        Gen.DateTimeOffset,
        (trial, kind, attempt, token, node, slot, at) => new Lease(trial, kind, attempt, token, node, slot, at)
    );

    static readonly Gen<TrialSpec> Trial = Gen.Select(
        Text,
        Long,
        Int,
        Text,
        Sorted(Text),
        (dataset, seed, threads, device, settings) => new TrialSpec(dataset, seed, threads, device, new TrialSettings(settings))
    );

    static readonly Gen<RetentionSpec> Retention = Gen.Select(
        Int,
        Int,
        Long.Nullable(),
        (last, best, budget) => new RetentionSpec(last, best, budget)
    );

    static readonly Gen<EvaluationSpec> Evaluation = Gen.Select(
        Text,
        Int,
        Int,
        Int,
        Int,
        Int,
        Array(Text),
        (features, samples, subsets, size, pairs, points, schemes) =>
            new EvaluationSpec(features, samples, new KidSpec(subsets, size), new InterpolationSpec(pairs, points, schemes))
            {
                When = features,
            }
    );

    static readonly Gen<EpochReport> Epoch = Gen.Select(
        Int,
        Long,
        Double,
        Double,
        Double,
        Double,
        Double,
        Double,
        (epoch, step, train, validation, rate, norm, speed, seconds) =>
            new EpochReport(epoch, step, train, validation, rate, norm, speed, seconds)
    );

    static readonly Gen<CheckpointInfo> Checkpoint = Gen.Select(
        Text,
        Text,
        Int,
        Long,
        Gen.Bool,
        Long,
        Long,
        (path, sha256, epoch, step, final, bytes, stored) => new CheckpointInfo(path, sha256, epoch, step, final, bytes) { Stored = stored }
    );

    static readonly Gen<AttemptEnd> End = Gen.Select(
        Gen.Enum<AttemptCause>(),
        Text.Null(),
        Text.Null(),
        Long.Nullable(),
        (cause, message, layer, step) => new AttemptEnd(cause, message, layer, step)
    );

    static readonly Gen<InterpolationScores> Interpolation = Gen.Select(
        Int,
        Double,
        Double,
        Double,
        Double,
        Double,
        (n, fid, fidError, kid, kidError, typicality) => new InterpolationScores(n, fid, fidError, kid, kidError, typicality)
    );

    static readonly Gen<EvaluationScores> Scores = Gen.Select(
        Gen.Select(Double, Double, Int, Int, (bits, error, draws, n) => new BitsPerDimScore(bits, error, draws, n)),
        Gen.Select(Text, Text, Text, Int, (name, sha256, layer, dimensions) => new FeatureInfo(name, sha256, layer, dimensions)),
        Gen.Select(
            Int,
            Int,
            Double,
            Double,
            Double,
            Double,
            (n, real, fid, fidError, kid, kidError) => new SampleScores(n, real, fid, fidError, kid, kidError)
        ),
        Sorted(Interpolation),
        Double,
        Gen.Select(Double, Double, (full, factorised) => new BaselineScores(full, factorised)),
        Array(Text),
        Double,
        (test, features, samples, interpolation, error, baselines, sheets, seconds) =>
            new EvaluationScores(test, features, samples, interpolation, error, baselines, sheets, seconds)
    );

    static readonly Gen<SweepSpec> Sweep = Gen.Select(
        Gen.Select(Text, Text, Long),
        Sorted(Text),
        Array(Parameter(depth: 2)).Select(parameters => new SearchSpace(parameters)),
        Gen.Select(
            Gen.Select(
                Text,
                Int.Nullable(),
                Array(Text),
                (name, trials, prior) =>
                    new SearchSpec(name)
                    {
                        Trials = trials,
                        Start = name,
                        StartTrials = trials ?? 1,
                        Preset = name,
                        Prior = prior,
                    }
            ),
            Gen.Select(
                Text,
                Int,
                Text.Null(),
                (name, epochs, stratum) =>
                    new SchedulerSpec(name, name, name, epochs, epochs, stratum, epochs, new RefineSpec(name, epochs))
            ),
            Gen.Select(Int, Double, Int.Nullable(), (priority, weight, most) => new SweepShare(priority, weight, most))
        ),
        Evaluation,
        Resources,
        Gen.Select(Int, Int, Int, Int, (crash, memory, divergence, alike) => new RetrySpec(crash, memory, divergence) { Alike = alike }),
        Retention,
        (names, trial, space, search, evaluation, resources, retries, retention) =>
            new SweepSpec(names.Item1, names.Item2, names.Item3, trial, space, search.Item1, evaluation, resources, retries, retention)
            {
                Scheduler = search.Item2,
                Share = search.Item3,
                Notify = new NotifySpec(search.Item1.Prior, [NoticeKind.NewBest]),
            }
    );

    static Gen<ResourceSpec> Resources =>
        Gen.Select(Text, Int, Double, (device, threads, fraction) => new ResourceSpec(device, threads, fraction));

    static Gen<SlotResources> Slot =>
        Gen.Select(
            Int.Nullable(),
            Double,
            Long.Nullable(),
            Double.Nullable(),
            (gpu, share, bytes, price) => new SlotResources(gpu, share, bytes, price)
        );

    /// <summary>One generator for each type of message.</summary>
    public static readonly Gen<IProtocolMessage>[] Each =
    [
        Gen.Select(
            Text,
            Int,
            Gen.Enum<WorkKind>(),
            Slot,
            Slot,
            IProtocolMessage (node, slot, kind, free, whole) => new WorkProtocol.RequestWork(node, slot, kind, free, whole)
        ),
        Gen.Select(
            Text,
            Lease,
            Trial,
            Retention,
            Evaluation,
            Gen.Select(Int, Int, Int),
            Gen.Select(Text.Null(), Text.Null(), Resources, Long.Nullable()),
            Gen.TimeSpan,
            IProtocolMessage (sweep, lease, spec, retention, evaluation, numbers, of, duration) =>
                new WorkProtocol.WorkGranted(
                    sweep,
                    lease,
                    spec,
                    retention,
                    evaluation,
                    numbers.Item1,
                    numbers.Item2,
                    numbers.Item3,
                    of.Item1,
                    of.Item2,
                    of.Item3,
                    of.Item4,
                    duration
                )
        ),
        Gen.Select(
            Text,
            Long,
            Long,
            Text,
            IProtocolMessage (sweep, token, sequence, sha256) => new WorkProtocol.ReportDataset(sweep, token, sequence, sha256)
        ),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.NotFound(sweep)),
        Gen.Select(Text, Long, IProtocolMessage (sweep, token) => new WorkProtocol.RenewLease(sweep, token)),
        Long.Select(IProtocolMessage (token) => new WorkProtocol.LeaseRenewed(token)),
        Gen.Select(Long, Text, IProtocolMessage (token, reason) => new WorkProtocol.LeaseRefused(token, reason)),
        Long.Select(IProtocolMessage (token) => new WorkProtocol.LeaseRecalled(token)),
        Gen.Select(
            Text,
            Long,
            Long,
            Epoch,
            IProtocolMessage (sweep, token, sequence, report) => new WorkProtocol.ReportEpoch(sweep, token, sequence, report)
        ),
        Gen.Select(
            Text,
            Long,
            Long,
            Checkpoint,
            IProtocolMessage (sweep, token, sequence, checkpoint) => new WorkProtocol.ReportCheckpoint(sweep, token, sequence, checkpoint)
        ),
        Gen.Select(
            Text,
            Long,
            Long,
            Gen.Select(Text, Long, (device, bytes) => new PeakMemory(device, bytes)),
            IProtocolMessage (sweep, token, sequence, peak) => new WorkProtocol.ReportMemory(sweep, token, sequence, peak)
        ),
        Gen.Select(
            Text,
            Long,
            Long,
            End,
            Scores.Null(),
            IProtocolMessage (sweep, token, sequence, end, scores) => new WorkProtocol.EndLease(sweep, token, sequence, end, scores)
        ),
        Gen.Select(
            Text,
            Long,
            Gen.Select(Long, Text, (sequence, sha256) => new WorkProtocol.ReportDataset("of", 1, sequence, sha256)).Null(),
            Gen.Select(Long, Text, Long, (sequence, on, bytes) => new WorkProtocol.ReportMemory("of", 1, sequence, new(on, bytes))).Null(),
            Array(Gen.Select(Long, Epoch, (sequence, report) => new WorkProtocol.ReportEpoch("of", 1, sequence, report))),
            Array(Gen.Select(Long, Checkpoint, (sequence, written) => new WorkProtocol.ReportCheckpoint("of", 1, sequence, written))),
            Gen.Select(Long, End, Scores.Null(), (sequence, end, scores) => new WorkProtocol.EndLease("of", 1, sequence, end, scores))
                .Null(),
            IProtocolMessage (sweep, token, dataset, memory, epochs, checkpoints, end) =>
                new WorkProtocol.Reports(sweep, token, dataset, memory, epochs, checkpoints, end)
        ),
        Gen.Select(Long, Long, IProtocolMessage (token, sequence) => new WorkProtocol.ReportAccepted(token, sequence)),
        Gen.Select(
            Sweep,
            Text,
            Text.Null(),
            Text.Null(),
            IProtocolMessage (spec, file, sha256, by) => new SweepProtocol.Submit(spec, file, sha256, by)
        ),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.Accepted(sweep)),
        Text.Select(IProtocolMessage (reason) => new SweepProtocol.Refused(reason)),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.Stop(sweep)),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.Pause(sweep)),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.Resume(sweep)),
        Gen.Select(
            Sweep,
            Text,
            Gen.Enum<ScheduleChoice>().Nullable(),
            IProtocolMessage (spec, file, beyond) => new SweepProtocol.Change(spec, file, beyond)
        ),
        Gen.Select(Text, Sorted(Text), IProtocolMessage (sweep, values) => new SweepProtocol.Set(sweep, values)),
        Gen.Select(Text, Gen.Bool, IProtocolMessage (sweep, all) => new SweepProtocol.Prune(sweep, all)),
        Gen.Select(Text, Int, Text, IProtocolMessage (sweep, trial, to) => new SweepProtocol.Lend(sweep, trial, to)),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.Delete(sweep)),
        Text.Select(IProtocolMessage (sweep) => new FileProtocol.DeleteSweep(sweep)),
        Gen.Select(
            Text,
            Int,
            Int,
            Text.Null(),
            IProtocolMessage (sweep, trial, attempts, kept) => new FileProtocol.DeleteCheckpoints(sweep, trial, attempts, kept)
        ),
        Gen.Const<IProtocolMessage>(new FileProtocol.Deleted()),
        Text.Select(IProtocolMessage (reason) => new FileProtocol.NotDeleted(reason)),
        Gen.Select(Text, Array(Text), Array(Text), IProtocolMessage (sweep, add, remove) => new SweepProtocol.Tag(sweep, add, remove)),
        Gen.Select(Text, Int.Nullable(), Text, IProtocolMessage (sweep, trial, text) => new SweepProtocol.Note(sweep, trial, text)),
        Gen.Select(Text, Array(Int), IProtocolMessage (sweep, trials) => new SweepProtocol.Retry(sweep, trials)),
        Text.Select(IProtocolMessage (sweep) => new SweepProtocol.Describe(sweep)),
        Gen.Select(Text, Long, Text, IProtocolMessage (sweep, sequence, digest) => new SweepProtocol.Description(sweep, sequence, digest)),
        Gen.Const<IProtocolMessage>(new NodeProtocol.DescribeNodes()),
        Gen.Select(
            Text,
            Array(Gen.Select(Text, Int, Gen.Enum<WorkKind>(), (node, slot, kind) => new NodeProtocol.SlotSeen(node, slot, kind))),
            IProtocolMessage (coordinator, slots) => new NodeProtocol.NodesDescription(coordinator, slots)
        ),
        Gen.Const<IProtocolMessage>(new NodeProtocol.DescribeNode()),
        Gen.Select(
            Gen.Select(Text.Null(), Int, Gen.Bool, (host, port, secure) => new NodeProtocol.WebAddress(host, port, secure)),
            Array(
                Gen.Select(
                    Text,
                    Gen.Enum<Verdict>(),
                    Text,
                    Text.Null(),
                    (check, verdict, found, remedy) => new Finding(check, verdict, found, remedy)
                )
            ),
            IProtocolMessage (web, findings) => new NodeProtocol.NodeFacts(web, findings)
        ),
    ];

    public static Gen<IProtocolMessage> Any { get; } = Gen.OneOf(Each);

    static Gen<Parameter> Parameter(int depth) =>
        Gen.OneOf(
            Gen.Select(Text, Array(Choice(depth)), (path, choices) => new Parameter(path, choices)),
            Gen.Select(Text, Range, (path, range) => new Parameter(path, []) { Range = range })
        );

    static Gen<ValueRange> Range =>
        Gen.Select(
            Gen.Enum<RangeKind>(),
            Gen.Double,
            Gen.Double,
            Gen.Double.Nullable(),
            Gen.Bool,
            (kind, low, high, step, perDimension) => new ValueRange(kind, low, high, step, perDimension)
        );

    static Gen<Choice> Choice(int depth) =>
        Gen.Select(
            Sorted(Text),
            depth == 0 ? Gen.Const(ImmutableArray<Parameter>.Empty) : Array(Parameter(depth - 1)),
            (leaves, inner) => new Choice(leaves, inner)
        );

    static Gen<T> Among<T>(params T[] values) => Gen.OneOf([.. values.Select(value => Gen.Const(value))]);

    static Gen<ImmutableArray<T>> Array<T>(Gen<T> item) => item.Array[0, 3].Select(items => items.ToImmutableArray());

    static Gen<ImmutableSortedDictionary<string, T>> Sorted<T>(Gen<T> value) =>
        Gen.Select(Text, value)
            .Array[0, 3]
            .Select(items =>
                items
                    .DistinctBy(item => item.Item1)
                    .ToImmutableSortedDictionary(item => item.Item1, item => item.Item2, StringComparer.Ordinal)
            );
}
