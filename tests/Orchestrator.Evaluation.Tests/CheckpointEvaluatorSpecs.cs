using System.Text.Json;
using Orchestrator.Evaluation.Tests.Features.Inception;
using Orchestrator.Evaluation.Tests.Scoring;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;
using SkiaSharp;
using TorchSharp;

namespace Orchestrator.Evaluation.Tests;

public sealed class CheckpointEvaluatorSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly List<ProcessMessage> messages = [];

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string[]> Bases =>
        new()
        {
            { "gaussian", ["linear", "norm-corrected", "slerp", "variance-preserving"] },
            { "dirichlet", ["linear", "simplex"] },
            { "von-mises-fisher", ["linear", "norm-corrected", "small-circle", "sphere"] },
        };

    [Theory, MemberData(nameof(Bases))]
    public void A_flow_gets_finite_scores_for_every_scheme_of_its_base(string distribution, string[] schemes)
    {
        var scores = Run(DigitsTrial.Checkpointed(folder, distribution));

        Assert.Equal(schemes, scores.Interpolation.Keys);
        Assert.All(
            scores.Interpolation.Values,
            path =>
                Assert.Equal(
                    (180, true),
                    (
                        path.N,
                        double.IsFinite(path.Fid + path.Kid + path.PathTypicality)
                            && path is { FidStandardError: > 0, KidStandardError: > 0 }
                    )
                )
        );
        Assert.Equal((360, 360), (scores.Samples.N, scores.Samples.NReal));
        Assert.InRange(scores.Samples.Fid, 1, 1e6);
        Assert.InRange(scores.Samples.FidStandardError / scores.Samples.Fid, 1e-4, 0.5);
        Assert.True(double.IsFinite(scores.Samples.Kid) && scores.Samples.KidStandardError > 0);
        Assert.Equal((9, 360), (scores.Test.Draws, scores.Test.N));
        Assert.InRange(scores.Test.BitsPerDim, 2, 12);
        Assert.InRange(scores.Test.StandardError, 1e-4, 0.2);
        Assert.InRange(scores.RoundTripError, 0, 1e-3);
        Near.To(2.4376, scores.Baselines.FactorisedHistogram, 1e-4);
        Assert.Equal("domain-cnn/digits", scores.Features.Name);
    }

    [Fact]
    public void Scores_and_sheets_are_the_same_each_time()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian");
        var first = Run(task);
        var sheets = Sheets();
        Directory.Delete(task.Directory, recursive: true);
        Assert.Equal(JsonOf(first with { Seconds = 0 }), JsonOf(Run(task) with { Seconds = 0 }));
        Assert.Equal(sheets, Sheets());
        Assert.NotEqual(first.Samples.Fid, Run(task with { Spec = task.Spec with { Seed = 8 } }).Samples.Fid);

        string[] Sheets() =>
            [.. first.Sheets.Select(sheet => Convert.ToBase64String(File.ReadAllBytes(Path.Combine(task.Directory, sheet))))];
    }

    [Fact]
    public void What_was_found_is_left_in_the_folder_and_told_last()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian");
        var scores = Run(task);

        Assert.Equal(
            JsonOf(scores),
            JsonOf(
                JsonSerializer.Deserialize<EvaluationScores>(
                    File.ReadAllBytes(Path.Combine(task.Directory, "scores.json")),
                    OrchestratorJson.Indented
                )!
            )
        );
        Assert.Equal(
            [
                "samples.png",
                "interpolation-linear.png",
                "interpolation-norm-corrected.png",
                "interpolation-slerp.png",
                "interpolation-variance-preserving.png",
                "neighbours.png",
            ],
            scores.Sheets
        );
        using var paths = SKBitmap.Decode(Path.Combine(task.Directory, "interpolation-slerp.png"));
        Assert.Equal((5 * 57 + 1, 10 * 57 + 1), (paths.Width, paths.Height));
        using var distances = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(task.Directory, "distances.json")));
        var samples = distances.RootElement[0];
        Assert.Equal(
            ("samples", 100, scores.Samples.Kid),
            (
                samples.GetProperty("set").GetString(),
                samples.GetProperty("kid_subsets").GetProperty("size").GetInt32(),
                samples.GetProperty("kid").GetProperty("value").GetDouble()
            )
        );
        Assert.IsType<ProcessMessage.Started>(messages[0]);
        Assert.Equal(JsonOf(scores), JsonOf(Assert.IsType<ProcessMessage.Scored>(messages[^1]).Scores));
        Assert.Empty(Directory.GetFiles(task.Directory, "*.new"));
    }

    [Fact]
    public void Details_hold_every_scheme_along_its_paths_with_errors_and_seeds()
    {
        var task = DigitsTrial.Checkpointed(folder, "von-mises-fisher");
        var scores = Run(task);
        var details = JsonSerializer.Deserialize<EvaluationDetails>(
            File.ReadAllBytes(Path.Combine(task.Directory, "details.json")),
            OrchestratorJson.Indented
        )!;

        Assert.Equal(
            from scheme in scores.Interpolation.Keys
            from pairs in (string[])["any", "within-class"]
            select (scheme, pairs),
            details.Paths.Select(path => (path.Scheme, path.Pairs)).Order()
        );
        Assert.All(details.Paths, path => Assert.Equal([0.25, 0.5, 0.75], path.Points.Select(point => point.Lambda)));
        Assert.All(
            details.Paths.SelectMany(path => path.Points),
            point =>
                Assert.True(
                    point
                        is {
                            N: 60,
                            NBits: 60,
                            Fid: > 0,
                            Kid: not null,
                            KidStandardError: > 0,
                            BitsPerDim: > 0 and < 40,
                            BitsPerDimStandardError: > 0,
                            TypicalityStandardError: > 0
                        },
                    $"{point}"
                )
        );
        // The pairs at the middle are a third of all: their mean typicality is about that of all.
        Assert.All(
            details.Paths.Where(path => path.Pairs == "any"),
            path =>
                Assert.InRange(
                    path.Points[1].Typicality - scores.Interpolation[path.Scheme].PathTypicality,
                    -5 * path.Points[1].TypicalityStandardError!.Value,
                    5 * path.Points[1].TypicalityStandardError!.Value
                )
        );
        Assert.Equal((360, 360, 3), (details.Samples.N, details.Samples.NReal, details.Samples.Neighbours));
        Assert.InRange(details.Samples.Precision, 0, 1);
        Assert.InRange(details.Samples.Recall, 0, 1);
        // An untrained flow is so far away that its bias is within the noise of the line.
        Assert.True(
            details.Samples.FidInfinityStandardError is > 0 and var error && details.Samples.FidInfinity < scores.Samples.Fid + 3 * error,
            $"{details.Samples} {scores.Samples}"
        );
        Assert.Equal(
            (7, 2, 9, 1),
            (details.Seeds.Trial, details.Seeds.Samples.Length, details.Seeds.Test.Length, details.Seeds.Encoding.Length)
        );
        Assert.Equal(details.Seeds.Test, Enumerable.Range(0, 9).Select(draw => Seed.Derive(7, "evaluation-test", draw)));
        Assert.Equal(Seed.Derive(7, "evaluation-path-bits"), details.Seeds.PathBits);
        Near.To(scores.Test.BitsPerDim, details.Test.Draws.Average(), 1e-12);
        Assert.Equal(10, details.Test.FirstImages.Length);
        Assert.All(details.Test.FirstImages, draws => Assert.Equal(9, draws.Length));
    }

    [Fact]
    public void Inception_weights_in_the_data_folder_are_used_and_named()
    {
        Directory.CreateDirectory(folder.At("features"));
        var script = folder.At("features", "inception.pt");
        ScriptFile.Write(script, ScriptFile.Stub);
        var unknown = Assert.Throws<TrialFailure>(() =>
            Run(DigitsTrial.Checkpointed(folder, "dirichlet") with { FeatureCache = folder.At("features") })
        );
        Assert.Contains("sha256sum inception.pt > inception.pt.trusted", unknown.Message, StringComparison.Ordinal);
        File.WriteAllText(script + ".trusted", $"{WeightsFile.Open(script).Sha256}  inception.pt\n");
        var task = DigitsTrial.Checkpointed(folder, "dirichlet") with { FeatureCache = folder.At("features") };
        Assert.Equal(("inception-2015-12-05/tf1-bilinear", 2048), (Run(task).Features.Name, Run(task).Features.Dimensions));

        File.WriteAllText(folder.At("features", "inception.pth"), "no weights");
        var refused = Assert.Throws<TrialFailure>(() => Run(task));
        Assert.Equal(AttemptCause.BadSpec, refused.Cause);
        Assert.Contains("inception.pth", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_between_two_images_starts_and_ends_with_them()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian");
        Run(task);
        using var linear = SKBitmap.Decode(Path.Combine(task.Directory, "interpolation-linear.png"));
        using var slerp = SKBitmap.Decode(Path.Combine(task.Directory, "interpolation-slerp.png"));
        var test = DigitsTensors.Dataset.Test;
        foreach (var left in new[] { 1, 1 + 4 * 57 })
        {
            var shown = Shown(linear, left);
            Assert.Equal(shown, Shown(slerp, left));
            Assert.Contains(
                Enumerable.Range(0, test.Count),
                image => test.Image(image).ToArray().Select(level => (byte)Math.Round(level * 255 / 16.0)).SequenceEqual(shown)
            );
        }
        Assert.NotEqual(Shown(linear, 1 + 2 * 57), Shown(slerp, 1 + 2 * 57));

        static byte[] Shown(SKBitmap sheet, int left) =>
            [.. Enumerable.Range(0, 64).Select(pixel => sheet.GetPixel(left + pixel % 8 * 7 + 3, 1 + pixel / 8 * 7 + 3).Red)];
    }

    [Fact]
    public void A_flow_that_is_not_finite_is_a_divergence_and_leaves_no_scores()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian", flow => flow.StateTensors()[0].Tensor.fill_(float.NaN));
        var failure = Assert.Throws<TrialFailure>(() => Run(task));
        Assert.Equal(AttemptCause.Divergence, failure.Cause);
        Assert.False(File.Exists(Path.Combine(task.Directory, "scores.json")));
        Assert.DoesNotContain(messages, message => message is ProcessMessage.Scored);
    }

    [Fact]
    public void What_cannot_be_scored_is_a_bad_spec()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian");
        Refused(task with { Evaluation = task.Evaluation with { Features = "inception" } }, "evaluation.features");
        Refused(task with { Evaluation = task.Evaluation with { Samples = 3 } }, "evaluation.samples");
        Refused(task with { Spec = task.Spec with { Device = "tpu" } }, "resources.device");

        void Refused(EvaluationTask bad, string key)
        {
            var failure = Assert.Throws<TrialFailure>(() => Run(bad));
            Assert.Equal(AttemptCause.BadSpec, failure.Cause);
            Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Schemes_of_other_bases_are_left_out_with_a_warning()
    {
        var task = DigitsTrial.Checkpointed(folder, "dirichlet");
        var scores = Run(
            task with
            {
                Evaluation = task.Evaluation with { Interpolation = new InterpolationSpec(60, 5, ["slerp", "simplex"]) },
            }
        );
        Assert.Equal(["simplex"], scores.Interpolation.Keys);
        Assert.Contains(
            "'slerp' for a dirichlet base",
            Assert.Single(messages.OfType<ProcessMessage.Warning>()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Asked_to_stop_it_leaves_no_scores()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian");
        Assert.ThrowsAny<OperationCanceledException>(() =>
            CheckpointEvaluator.Run(task, messages.Add, stop: new CancellationToken(canceled: true))
        );
        Assert.False(File.Exists(Path.Combine(task.Directory, "scores.json")));
    }

    [Fact]
    public void A_checkpoint_in_a_storage_is_fetched_and_the_sheets_are_kept_there()
    {
        using var server = new S3Server();
        var task = DigitsTrial.Checkpointed(folder, "gaussian", storage: server.Address);
        var scores = Run(task with { Directory = folder.At("elsewhere", "evaluation-1") });
        const string trial = "runs/sweeps/sweep/trials/trial/";
        Assert.Equal($"s3://{S3Server.Bucket}/{trial}attempt-1/checkpoints/0000000001", task.Checkpoint);
        Assert.Contains(
            server.Calls,
            call => call is { Method: "GET" } && call.Key.EndsWith("model.safetensors", StringComparison.Ordinal)
        );
        Assert.Equal(
            scores.Sheets.Concat(["details.json", "distances.json", "scores.json"]).Order(),
            server
                .Objects.Keys.Where(key => key.StartsWith($"{trial}evaluation-1/", StringComparison.Ordinal))
                .Select(key => key.Split('/')[^1])
                .Order()
        );

        var refused = Assert.Throws<TrialFailure>(() =>
            Run(task with { Checkpoint = "s3://flows/other/attempt-1/checkpoints/0000000001" })
        );
        Assert.Equal(AttemptCause.BadSpec, refused.Cause);
        Assert.Contains(
            "no storage set",
            Assert.Throws<TrialFailure>(() => Run(task with { Storage = null })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tensors_do_not_pile_up()
    {
        var task = DigitsTrial.Checkpointed(folder, "gaussian");
        Run(task);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run(task);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    EvaluationScores Run(EvaluationTask task) => CheckpointEvaluator.Run(task, messages.Add, stop: TestContext.Current.CancellationToken);

    static string JsonOf(EvaluationScores scores) => JsonSerializer.Serialize(scores, OrchestratorJson.Indented);
}
