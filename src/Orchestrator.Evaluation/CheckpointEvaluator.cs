using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Features;
using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Scoring;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Optimisation;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation;

/// <summary>Scores one checkpoint on the test split of its data set.</summary>
/// <remarks>
/// A pure function of the checkpoint, the data set and the task's spec, on one machine and equal threads; only the seconds differ.
/// Leaves in the task's folder the pictures, <c>distances.json</c> (every distance with all that it depends on), <c>details.json</c>
/// (<see cref="EvaluationDetails"/>) and, last, <c>scores.json</c>.
/// </remarks>
public static partial class CheckpointEvaluator
{
    public const string ScoresFile = "scores.json";
    public const string DistancesFile = "distances.json";
    static readonly JsonSerializerOptions Dialect = OrchestratorJson.Indented.Knowing(FileShapes.Default);

    /// <param name="write">Told that the evaluation started, of warnings and, last, of the scores.</param>
    /// <exception cref="TrialFailure">A bad spec; other data than the checkpoint's; or a flow whose values are not finite (divergence):
    /// scores are never NaN.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged.</exception>
    /// <exception cref="StorageException">The storage cannot be read or written.</exception>
    /// <exception cref="DatasetException">The data set is not there.</exception>
    /// <exception cref="OperationCanceledException">When <paramref name="stop"/> was asked for.</exception>
    public static EvaluationScores Run(
        EvaluationTask task,
        Action<ProcessMessage> write,
        TimeProvider? time = null,
        CancellationToken stop = default
    )
    {
        time ??= TimeProvider.System;
        var begun = time.GetTimestamp();
        EvaluationTaskValidation.Check(task);
        set_num_threads(task.Spec.Threads);
        NumberFormats.Use(NumberFormats.Float32);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();

        var checkpoint = CheckpointStorage.Read(task, time);
        var dataset = new DatasetCatalogue(task.DataRoot).Load(task.Spec.Dataset);
        DatasetCheck.Expect(dataset, task.DatasetSha256, task.DataRoot);
        if (dataset.Sha256 != checkpoint.Manifest.DatasetSha256)
            throw new TrialFailure(
                AttemptCause.Data,
                $"data set {dataset.Name} is not the one that {checkpoint.Folder} was trained on: SHA-256 {dataset.Sha256}, and the "
                    + $"checkpoint's is {checkpoint.Manifest.DatasetSha256}"
            );
        if (EvaluationData.Fault(dataset) is { } fault)
            throw new TrialFailure(AttemptCause.BadSpec, fault);
        var device = DeviceChoice.Of(task.Device ?? task.Spec.Device);
        using var model = TrialFlow.Load(checkpoint, device);
        write(
            new ProcessMessage.Started(
                Environment.ProcessId,
                device.ToString(),
                get_num_threads(),
                model.parameters().Sum(p => p.numel()),
                ResumedFromStep: null
            )
        );

        using var reference = Reference(task, dataset, stop);
        // Not before: the data set's own features may just have been trained.
        using var inference = inference_mode();
        using var test = new ImageTensors(dataset.Test, device);
        var seeds = new EvaluationSeeds(task.Spec.Seed);
        Directory.CreateDirectory(task.Directory);
        try
        {
            var scores = Score(task, new EvaluatedFlow(model, test, dataset.Levels, seeds, stop), dataset, seeds, reference, write);
            scores = scores with { Seconds = time.GetElapsedTime(begun).TotalSeconds };
            WriteJson(task, ScoresFile, scores);
            CheckpointStorage.Keep(task, [.. scores.Sheets, DistancesFile, EvaluationDetails.FileName, ScoresFile], time);
            write(new ProcessMessage.Scored(scores));
            return scores;
        }
        catch (Exception notFinite) when (notFinite is NonFinitePixelsException or NonFiniteFeaturesException)
        {
            throw new TrialFailure(AttemptCause.Divergence, notFinite.Message, inner: notFinite);
        }
    }

    /// <summary>Features of Inception where its weights are in the data folder, else of the data set's own network.</summary>
    static DatasetReference Reference(EvaluationTask task, ImageDataset dataset, CancellationToken stop)
    {
        try
        {
            var weights = task.Evaluation.Features == "domain" ? null : InceptionWeights.In(task.FeatureCache);
            return new ReferenceCache(task.FeatureCache).Get(dataset, weights, stop);
        }
        catch (WeightsException wrong)
        {
            throw new TrialFailure(AttemptCause.BadSpec, wrong.Message, inner: wrong);
        }
    }

    static EvaluationScores Score(
        EvaluationTask task,
        EvaluatedFlow flow,
        ImageDataset dataset,
        EvaluationSeeds seeds,
        DatasetReference reference,
        Action<ProcessMessage> write
    )
    {
        var spec = task.Evaluation;
        var pictures = new EvaluationPictures(task.Directory, flow);
        var distances = new DistanceScoring(reference, spec.Kid, seeds.KernelSubsets, seeds.FidSubsets);
        var paths = new PathScoring(
            flow,
            spec.Interpolation,
            seeds,
            dataset.Test.Labels,
            warning => write(new ProcessMessage.Warning(warning))
        );

        var (test, testDetails) = flow.TestBitsPerDim();
        var count = Math.Min(spec.Samples, flow.Images);
        var features = distances.Features(flow.Sample(count));
        var samples = distances.Score("samples", features);
        var schemes = paths.Schemes.ToDictionary(scheme => scheme.Name, scheme => paths.Score(scheme, distances));
        WriteJson(task, DistancesFile, (SetDistances[])[samples, .. schemes.Values.Select(scheme => scheme.Distances)]);
        WriteJson(
            task,
            EvaluationDetails.FileName,
            new EvaluationDetails(
                distances.Details(features),
                [.. schemes.Values.SelectMany(scheme => scheme.Paths)],
                testDetails,
                seeds.Record(test.Draws, EvaluatedFlow.Batches(count), EvaluatedFlow.Batches(2 * spec.Interpolation.Pairs))
            )
        );

        pictures.DrawSamples();
        foreach (var scheme in paths.Schemes)
            paths.Draw(scheme, pictures);
        pictures.DrawNeighbours(dataset.Train, dataset.Levels);
        return new EvaluationScores(
            test,
            reference.Network.Info,
            new SampleScores(
                samples.N,
                samples.NReal,
                samples.Fid.Value,
                samples.Fid.StandardError ?? 0,
                samples.Kid.Value,
                samples.Kid.StandardError ?? 0
            ),
            schemes.ToImmutableSortedDictionary(scheme => scheme.Key, scheme => scheme.Value.Scores, StringComparer.Ordinal),
            flow.RoundTripError(),
            reference.Baselines,
            [.. pictures.Written],
            Seconds: 0
        );
    }

    static void WriteJson<T>(EvaluationTask task, string name, T content) =>
        WholeFile.Write(Path.Combine(task.Directory, name), JsonSerializer.SerializeToUtf8Bytes(content, Dialect));

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(SetDistances[]))]
    [JsonSerializable(typeof(EvaluationDetails))]
    [JsonSerializable(typeof(EvaluationScores))]
    sealed partial class FileShapes : JsonSerializerContext;
}
