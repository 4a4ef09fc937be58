using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Evaluation;
using Orchestrator.Evaluation.Comparison;
using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Features;
using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Files;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary><c>eval …</c></summary>
static class EvalCommands
{
    static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there" };

    static readonly Dictionary<string, ResizeRule> Rules = new()
    {
        ["tf1-bilinear"] = ResizeRule.Tf1Bilinear,
        ["half-pixel-bilinear"] = ResizeRule.HalfPixelBilinear,
        ["antialiased-bicubic"] = ResizeRule.AntialiasedBicubic,
    };

    public static Command Create() => new("eval", "Score what a flow generates") { Distance(), Checkpoint() };

    static Command Distance()
    {
        var real = new Option<string>("--real")
        {
            Description = "Features (.npy, .npz, .csv) or a folder of images (PNG, JPEG)",
            Required = true,
        };
        var generated = new Option<string>("--generated") { Description = "The same kind", Required = true };
        var weights = new Option<string?>("--weights")
        {
            Description =
                "Of the FID Inception network: a state dict (.pth), safetensors or the TorchScript file; for folders of images. Without "
                + "it, features are averaged pixels",
        };
        var resize = new Option<string>("--resize")
        {
            Description = "How Inception's images are brought to 299×299",
            DefaultValueFactory = _ => "tf1-bilinear",
        };
        resize.AcceptOnlyFromAmong([.. Rules.Keys]);
        var subsets = Number("--subsets", "Subsets of the kernel distance", 100, 1);
        var size = Number("--subset-size", "Samples of each set in a subset", 1000, 2);
        var seed = new Option<long>("--seed") { Description = "Decides all subsets" };
        var header = new Option<bool>("--header")
        {
            Description = "The first line of a CSV names its columns; without this and its contrary it is told by what it looks like",
        };
        var noHeader = new Option<bool>("--no-header") { Description = "The first line of a CSV is a sample" };
        var trust = new Option<bool>("--trust-torchscript")
        {
            Description = "Run the program that a TorchScript file is, also where it is none of the published ones",
        };
        var only = new Option<bool>("--distances-only") { Description = "Leave out precision, recall and the extrapolated FID" };
        var command = new Command("distance", "FID and KID between two sets of features, or two folders of images")
        {
            real,
            generated,
            header,
            noHeader,
            weights,
            trust,
            resize,
            subsets,
            size,
            seed,
            only,
            Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(header) && result.GetValue(noHeader))
                result.AddError("--header and --no-header: one of them");
        });
        command.SetAction(parsed =>
            Do(() =>
            {
                var (first, second) = (Present(parsed.GetRequiredValue(real)), Present(parsed.GetRequiredValue(generated)));
                using var network = Network(
                    first,
                    parsed.GetValue(weights),
                    parsed.GetValue(trust),
                    Rules[parsed.GetRequiredValue(resize)]
                );
                var result = FeatureComparison.Between(
                    first,
                    second,
                    network,
                    new DistanceOptions(
                        parsed.GetValue(subsets),
                        parsed.GetValue(size),
                        parsed.GetValue(seed),
                        parsed.GetValue(only),
                        parsed.GetValue(header) ? true
                            : parsed.GetValue(noHeader) ? false
                            : null
                    )
                );
                foreach (var note in new[] { result.Real, result.Generated }.SelectMany(set => set!.Notes).Distinct())
                    Console.Error.WriteLine(note);
                Console.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(result, OrchestratorJson.Indented) : Lines(result));
                return ExitCode.Done;
            })
        );
        return command;
    }

    static Command Checkpoint()
    {
        var folder = new Argument<string>("dir") { Description = "Folder of the checkpoint" };
        var data = new Option<string>("--data-dir")
        {
            Description = "Data folder: its data sets, its feature networks, and where the evaluation goes",
            DefaultValueFactory = _ => SweepCommands.DefaultDataFolder,
        };
        var to = new Option<string?>("--to")
        {
            Description = "Folder of the pictures and scores; default: <data-dir>/evaluations/<sweep>-<trial>-<step>",
        };
        var samples = Number("--samples", "Images generated; at most as many as the test split has", 10_000, 4);
        var pairs = Number("--pairs", "Pairs of test images that paths join", 1000, 4);
        var points = Number("--points", "Points along each path, both ends included", 9, 3);
        var command = new Command(
            "checkpoint",
            "Score one checkpoint: bits per dimension, FID and KID of samples and of every interpolation scheme"
        )
        {
            folder,
            data,
            to,
            samples,
            pairs,
            points,
            Json,
        };
        command.SetAction(parsed =>
            Do(() =>
            {
                var read = Training.Checkpoints.Checkpoint.Read(Present(parsed.GetRequiredValue(folder)));
                var root = new DataFolder(UserPath.Full(parsed.GetRequiredValue(data)));
                var manifest = read.Manifest;
                var place =
                    parsed.GetValue(to)
                    ?? Path.Combine(
                        root.Root,
                        "evaluations",
                        string.Create(CultureInfo.InvariantCulture, $"{manifest.Sweep}-{manifest.Trial}-{manifest.Step}")
                    );
                var spec = new EvaluationSpec(
                    "auto",
                    parsed.GetValue(samples),
                    new KidSpec(100, 1000),
                    new InterpolationSpec(parsed.GetValue(pairs), parsed.GetValue(points), ["auto"])
                );
                var task = new EvaluationTask(
                    manifest.Sweep,
                    manifest.Trial,
                    manifest.Attempt,
                    manifest.Token,
                    manifest.Spec,
                    spec,
                    read.Folder,
                    UserPath.Full(place),
                    root.Features,
                    root.Datasets
                );
                var scores = CheckpointEvaluator.Run(
                    task,
                    message =>
                    {
                        if (message is ProcessMessage.Warning warning)
                            Console.Error.WriteLine(warning.Message);
                    }
                );
                Console.WriteLine(
                    parsed.GetValue(Json) ? JsonSerializer.Serialize(scores, OrchestratorJson.Indented) : Lines(scores, task.Directory)
                );
                return ExitCode.Done;
            })
        );
        return command;
    }

    static IImageFeatures Network(string real, string? weights, bool isTrusted, ResizeRule rule)
    {
        if (weights is null)
        {
            if (Directory.Exists(real))
                Console.Error.WriteLine(
                    "No --weights given: distances are measured on averaged pixels (pixels-16x16), not on Inception features; they are "
                        + "no published FID or KID."
                );
            return new PixelFeatures();
        }

        var file = WeightsFile.Open(Present(weights));
        Console.Error.WriteLine(KnownWeights.Describe(file));
        return InceptionFeatures.Load(isTrusted ? file.Trusted() : file, rule);
    }

    static string Lines(DistanceResult result) =>
        string.Join(
            '\n',
            new[]
            {
                $"features     {result.Features?.Name ?? "as given"}, {result.Dimensions} dimensions",
                $"n            {result.NReal} real, {result.NGenerated} generated",
                string.Create(CultureInfo.InvariantCulture, $"FID          {result.Fid:G6} ± {Known(result.FidStandardError)}"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"KID          {result.Kid.AllPairs:G6} ± {Known(result.Kid.StandardError)} over all pairs; "
                        + $"{result.Kid.SubsetMean:G6}, sd {Known(result.Kid.SubsetStd)}, over {result.Kid.Subsets} "
                        + $"subset{(result.Kid.Subsets == 1 ? "" : "s")} of {result.Kid.SubsetSize} (seed {result.Kid.Seed})"
                ),
                result.Kid.Note is { } note ? $"             {note}" : null,
                result.PrecisionRecall is { } both
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"precision    {both.Precision:F3} ± {Known(both.PrecisionStandardError, "F3")}\nrecall       {both.Recall:F3} ± "
                            + $"{Known(both.RecallStandardError, "F3")} (k = {both.Neighbours})"
                    )
                    : null,
                result.FidInfinity is { } limit
                    ? string.Create(CultureInfo.InvariantCulture, $"FID, n → ∞   {limit.Value:G6} ± {Known(limit.StandardError)} (fit)")
                    : null,
            }.OfType<string>()
        );

    static string Known(double? error, string format = "G2") => error?.ToString(format, CultureInfo.InvariantCulture) ?? "—";

    static string Lines(EvaluationScores scores, string folder) =>
        string.Join(
            '\n',
            (string[])
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"test         {scores.Test.BitsPerDim:F4} ± {scores.Test.StandardError:F4} bits per dimension ({scores.Test.N} "
                            + $"images, {scores.Test.Draws} draws)"
                    ),
                    $"features     {scores.Features.Name}",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"samples      FID {scores.Samples.Fid:G6} ± {scores.Samples.FidStandardError:G2}, KID {scores.Samples.Kid:G4} ± "
                            + $"{scores.Samples.KidStandardError:G2} (n {scores.Samples.N} against {scores.Samples.NReal})"
                    ),
                    .. scores.Interpolation.Select(scheme =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{scheme.Key, -12} FID {scheme.Value.Fid:G6} ± {scheme.Value.FidStandardError:G2}, KID "
                                + $"{scheme.Value.Kid:G4} ± "
                                + $"{scheme.Value.KidStandardError:G2}, typicality {scheme.Value.PathTypicality:+0.0;-0.0} sd (n "
                                + $"{scheme.Value.N})"
                        )
                    ),
                    $"written to   {folder}",
                ]
        );

    /// <summary>Torch's dispose scopes and grad mode belong to a thread: the work has one of its own. What is wrong becomes a message and
    /// an exit code.</summary>
    static int Do(Func<int> work)
    {
        var code = ExitCode.Failed;
        CommandException? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    code = work();
                }
                catch (CommandException error)
                {
                    failure = error;
                }
                catch (Exception error)
                    when (error is FeatureFileException or WeightsException or DatasetException
                        || error is TrialFailure { Cause: AttemptCause.BadSpec }
                    )
                {
                    failure = new CommandException(ExitCode.BadCall, error.Message);
                }
                catch (Exception error)
                    when (error
                            is TrialFailure
                                or CheckpointException
                                or StorageException
                                or NonFiniteFeaturesException
                                or IOException
                                or UnauthorizedAccessException
                    )
                {
                    failure = new CommandException(ExitCode.Failed, error.Message);
                }
            },
            maxStackSize: 16 << 20
        );
        thread.Start();
        thread.Join();
        return failure is null ? code : throw failure;
    }

    static string Present(string given) =>
        UserPath.Expand(given) is var path && (File.Exists(path) || Directory.Exists(path))
            ? path
            : throw new CommandException(ExitCode.NotFound, $"{path}: there is no such file or folder");

    static Option<int> Number(string name, string description, int value, int least)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least)
                result.AddError($"{name} must be at least {least}");
        });
        return option;
    }
}
