using System.Collections.Immutable;
using Orchestrator.Flows;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Trains one flow to the epoch of its task, from the newest checkpoint of its attempts, from the one that its sweep was forked
/// from, or from nothing.</summary>
/// <remarks>
/// On CPU with one thread it is exact: killed anywhere and resumed, it ends with the same bytes as never killed, because the order of an
/// epoch's images and the noise of a step are functions of (seed, stream, epoch) and (seed, stream, step) alone. Runs on the calling thread
/// from begin to end.
/// </remarks>
public sealed class TrainingLoop(TrainingTask task, ImageDataset data, Action<ProcessMessage> report, TimeProvider time)
{
    /// <summary>Images that data-dependent initialisation sees.</summary>
    const int InitialisationBatch = 512;

    /// <summary>Long epochs are checkpointed in between too: a kill loses at most this.</summary>
    static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(1);

    /// <summary>Steps after which the attempt's memory is measured, if the epoch has so many: it takes no more later.</summary>
    const int MeasuredSteps = 20;

    static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    readonly TrainingSettings training = task.Spec.Settings.Training;
    readonly TrialSeeds seeds = new(task.Spec.Seed, task.Stream);
    readonly ICheckpointStore store = CheckpointStorage.Of(task, time);
    readonly CheckpointWriter writer = new();

    ImmutableArray<EpochReport> reports = [];
    long savedStep;
    long saved;
    long progressed;
    int stepsToMeasure = MeasuredSteps;

    int LastEpoch => Math.Min(task.UntilEpoch ?? training.Epochs, training.Epochs);

    int StepsPerEpoch => training.StepsPerEpoch(data.Train.Count);

    /// <returns>Done; or interrupted where <paramref name="stop"/> was asked for, when a checkpoint holds all that was done.</returns>
    /// <exception cref="TrialFailure">The attempt cannot go on.</exception>
    public AttemptCause Run(CancellationToken stop)
    {
        using var writing = writer;
        // Before checkpoints are looked at: to other data, all of them are of other data.
        DatasetCheck.Expect(data, task.DatasetSha256, task.DataRoot);
        var resumed = store.FindNewest(warning => report(new ProcessMessage.Warning(warning)), task.DatasetSha256);
        TrainingTaskValidation.Check(task, data, resumed?.Manifest);
        var own = resumed is not null;
        resumed ??= ForkedCheckpoint.Of(task, data, time);
        using var watch = new StepWatch(report, time, resumed?.Manifest.Step ?? 0);
        var device = DeviceChoice.Of(task.Device ?? task.Spec.Device);
        using var scope = NewDisposeScope();
        using var train = new ImageTensors(data.Train, device);
        using var validation = new ImageTensors(data.Validation, device);
        using var flow = TrialFlow.Create(task.Spec, data.Shape, seeds.Weights, device);
        if (resumed is null)
            Initialise(flow, train);
        using var state = new TrainingState(flow, training);
        if (resumed is not null)
            state.Restore(resumed);

        reports = resumed?.Manifest.Reports ?? [];
        var metrics = new MetricsFile(task.Directory, reports);
        report(
            new ProcessMessage.Started(
                Environment.ProcessId,
                device.ToString(),
                get_num_threads(),
                state.ParameterCount,
                resumed?.Manifest.Step
            )
        );
        if (task.DatasetSha256 is null)
            report(new ProcessMessage.ReportDataset(data.Sha256));
        if (resumed is not null)
            AnnounceAgain(resumed, own);

        (savedStep, saved, progressed) = (state.Step, time.GetTimestamp(), time.GetTimestamp());
        var meter = new EpochMeter(time, resumed?.Manifest.Open);
        for (var epoch = reports.Length + 1; epoch <= LastEpoch; epoch++, meter = new EpochMeter(time, null))
        {
            if (!Train(state, train, epoch, meter, watch, stop) || Validate(state, validation, stop) is not { } validationBits)
            {
                if (state.Step > savedStep)
                    Save(state, meter.Open);
                writer.Finish();
                return AttemptCause.Interrupted;
            }

            watch.Restart(state.Step);
            EarlyDivergence.Check(meter.BitsPerDim(data.Levels), data.Levels, epoch, state.Step);
            var finished = meter.Report(
                epoch,
                state.Step,
                validationBits,
                LearningRate.At(state.Step, training, StepsPerEpoch),
                training.BatchSize,
                data.Levels
            );
            reports = reports.Add(finished);
            Save(
                state,
                open: null,
                () =>
                {
                    metrics.Add(finished);
                    report(new ProcessMessage.ReportEpoch(finished));
                }
            );
        }

        writer.Finish();
        return AttemptCause.Done;
    }

    void Initialise(FlowModel flow, ImageTensors train)
    {
        using var scope = NewDisposeScope();
        var images = Permutation.Of(data.Train.Count, seeds.Initialisation).AsSpan(..Math.Min(InitialisationBatch, data.Train.Count));
        flow.Initialise(Dequantisation.Apply(train.Batch(images), data.Levels, seeds.Initialisation));
    }

    /// <returns>False where it was interrupted.</returns>
    bool Train(TrainingState state, ImageTensors train, int epoch, EpochMeter meter, StepWatch watch, CancellationToken stop)
    {
        // The images of the last, partial batch are left out; another epoch's order brings them.
        using var order = tensor(Permutation.Of(data.Train.Count, seeds.Order(epoch)), device: train.Device);
        var (begin, end) = ((epoch - 1L) * StepsPerEpoch, (long)epoch * StepsPerEpoch);
        using var steps = new TrainingSteps(state, Step, isSentAhead: train.Device.type == TorchSharp.DeviceType.CUDA);
        while (state.Step < end)
        {
            if (stop.IsCancellationRequested)
            {
                Read();
                return false;
            }

            if (state.Step > savedStep && time.GetElapsedTime(saved) >= CheckpointInterval)
            {
                Read();
                Save(state, meter.Open);
            }

            steps.Advance();
            watch.Restart(state.Step);
            writer.Look();
            var isProgressDue = time.GetElapsedTime(progressed) >= ProgressInterval;
            if (isProgressDue || state.Step == end || steps.IsToRead)
                Read();
            ReportMemory(train.Device, isLast: state.Step == end);
            if (isProgressDue)
                ReportProgress(epoch, state.Step, meter);
        }

        meter.EndOfTraining();
        watch.Pause();
        return true;

        (Tensor Images, double LearningRate) Step(long step)
        {
            var batch = train.Batch(order.narrow(0, (step - 1 - begin) * training.BatchSize, training.BatchSize));
            return (Dequantisation.Apply(batch, data.Levels, seeds.Noise(step)), LearningRate.At(step, training, StepsPerEpoch));
        }

        void Read()
        {
            foreach (var figures in steps.Read())
                meter.Add(figures);
        }
    }

    /// <returns>Bits per dimension of the averaged weights; null where it was interrupted.</returns>
    /// <exception cref="TrialFailure">Some image has no finite likelihood (divergence).</exception>
    double? Validate(TrainingState state, ImageTensors validation, CancellationToken stop)
    {
        double[] bits;
        try
        {
            using var averaged = state.Averaged();
            bits = Likelihood.BitsPerDim(
                state.Flow,
                validation,
                data.Levels,
                TrialSeeds.Validation,
                parts: training.Accumulate,
                stop: stop
            );
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        if (Array.FindIndex(bits, value => !double.IsFinite(value)) is >= 0 and var bad)
        {
            using var scope = NewDisposeScope();
            throw state.ValidationDivergence(Dequantisation.Apply(validation.Range(bad, 1), data.Levels, TrialSeeds.Validation));
        }

        return bits.Average();
    }

    /// <summary>Begins to write a checkpoint of the state as it is now; it is announced when it is written.</summary>
    /// <param name="first">What it makes true is told before it.</param>
    void Save(TrainingState state, OpenEpoch? open, Action? first = null)
    {
        (savedStep, saved) = (state.Step, time.GetTimestamp());
        writer.Begin(
            state.Snapshot(store, Manifest(state.Step, open)),
            checkpoint =>
            {
                first?.Invoke();
                Announce(checkpoint);
            }
        );
    }

    CheckpointManifest Manifest(long step, OpenEpoch? open) =>
        new(
            task.Sweep,
            task.Trial,
            task.Attempt,
            task.Token,
            task.Stream,
            task.Spec,
            seeds.Record,
            data.Sha256,
            data.Shape,
            data.Levels,
            reports.Length,
            step,
            open,
            Final: reports.Length == training.Epochs,
            reports,
            ImmutableSortedDictionary<string, FileDigest>.Empty,
            LibraryVersions.All
        );

    void Announce(Checkpoint checkpoint) => report(new ProcessMessage.ReportCheckpoint(checkpoint.Info));

    /// <summary>The attempt that wrote it may have died before it could say so; of another sweep's only the epochs are the
    /// trial's.</summary>
    void AnnounceAgain(Checkpoint resumed, bool isOwn)
    {
        foreach (var finished in resumed.Manifest.Reports.Where(finished => finished.Epoch > task.ReportedEpoch))
            report(new ProcessMessage.ReportEpoch(finished));
        if (isOwn)
            Announce(resumed);
    }

    void ReportMemory(Device device, bool isLast)
    {
        if (stepsToMeasure == 0)
            return;
        stepsToMeasure = isLast ? 0 : stepsToMeasure - 1;
        if (stepsToMeasure == 0 && MemoryMeter.Peak(device) is { } peak)
            report(new ProcessMessage.ReportMemory(peak));
    }

    void ReportProgress(int epoch, long step, EpochMeter meter)
    {
        progressed = time.GetTimestamp();
        var total = (long)training.Epochs * StepsPerEpoch;
        report(new ProcessMessage.Progress(epoch, step, total, meter.BitsPerDim(data.Levels), meter.ImagesPerSecond(training.BatchSize)));
    }
}
