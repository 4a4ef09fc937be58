using System.Globalization;
using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Speed;

/// <summary>What the program's own processes take.</summary>
static class ProcessRows
{
    const string Digits = "sweeps/digits.yaml",
        Sweep = "speed";

    /// <summary>An attempt of one epoch of a flow of next to no size, from the process's start, or from the task's path to one that waits,
    /// until the process has ended.</summary>
    /// <returns>Seconds.</returns>
    public static Task<double> AttemptAsync(bool spare) =>
        InFolderAsync(async folder =>
        {
            var tiny = Spec("digits", ("flow.levels", "1"), ("flow.steps", "1"), ("flow.hidden", "8"), ("training.epochs", "1"));
            return await Child.SecondsAsync("run", Training(folder, tiny), folder, spare);
        });

    /// <summary>An evaluation as sweeps/digits.yaml asks for, of a trial of its flow. The feature network and the real images' features,
    /// which a data folder's first evaluation makes for all, are there.</summary>
    /// <param name="folder">Where checkpoint and features are, and are made where they are not.</param>
    /// <returns>Seconds.</returns>
    public static async Task<double> EvaluationAsync(bool spare, string folder)
    {
        var file = SweepFile.Parse(await File.ReadAllTextAsync(Digits), Digits);
        var spec = Spec("digits", [.. file.Trial.SetItem("training.epochs", "2").Select(setting => (setting.Key, setting.Value))]);
        var attempt = Path.Combine(folder, "attempt");
        if (!Directory.Exists(attempt))
        {
            await Child.SecondsAsync("run", Training(folder, spec), folder, spare: false);
            await EvaluateAsync("first", spare: false);
        }

        return await EvaluateAsync("timed", spare);

        async Task<double> EvaluateAsync(string name, bool spare)
        {
            var checkpoint = Directory.EnumerateDirectories(Path.Combine(attempt, "checkpoints")).Order().Last();
            var task = new EvaluationTask(
                Sweep,
                TrialId.Of(1),
                1,
                1,
                spec,
                file.Evaluation,
                checkpoint,
                Path.Combine(folder, name),
                Path.Combine(folder, "features"),
                folder
            );
            return await Child.SecondsAsync("evaluate", Write(folder, task), folder, spare);
        }
    }

    /// <summary>Seconds in which trials trained, by the slots' seconds, from the command to its end.</summary>
    public static Task<double> EfficiencyAsync(string sweepFile) =>
        InFolderAsync(async folder =>
        {
            var slots = Environment.ProcessorCount;
            var took = await CommandAsync("sweep", "run", sweepFile, "--data-dir", folder, "--slots", $"{slots}", "--no-progress");
            var trained = Directory
                .EnumerateFiles(folder, "metrics.jsonl", SearchOption.AllDirectories)
                .SelectMany(File.ReadLines)
                .Sum(line => JsonSerializer.Deserialize<EpochReport>(line, OrchestratorJson.Compact)!.Seconds);
            return trained / (slots * took);
        });

    /// <summary>The most memory that a trial of a case's flow held: an epoch of eleven batches, and its validation.</summary>
    /// <param name="others">Settings that are not the case's.</param>
    /// <returns>MiB.</returns>
    public static Task<double> MemoryAsync(GlowCase which, params (string, string)[] others) =>
        InFolderAsync(async folder =>
        {
            var images = Path.Combine(folder, "images");
            RandomImages.Write(images, which.Batch * 12, GlowCase.Shape.Height);
            string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
            (string, string)[] concentration = which.Base switch
            {
                "dirichlet" => [("base.alpha", "2")],
                "von-mises-fisher" => [("base.kappa", "1d")],
                _ => [],
            };
            var spec = Spec(
                $"idx:{images}",
                [
                    ("flow.levels", Text(GlowCase.Levels)),
                    ("flow.steps", Text(GlowCase.Steps)),
                    ("flow.hidden", Text(which.Hidden)),
                    ("base.distribution", which.Base),
                    ("training.epochs", "1"),
                    ("training.batch_size", Text(which.Batch)),
                    .. concentration,
                ]
            );
            spec = spec with { Settings = spec.Settings.With(others) };
            return await Child.PeakAsync("run", Training(folder, spec)) / (double)(1 << 20);
        });

    /// <returns>Seconds from a command's start to its end.</returns>
    public static async Task<double> CommandAsync(params string[] arguments)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Child.EndAsync(Child.Start(arguments));
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    static TrialSpec Spec(string dataset, params (string, string)[] settings) =>
        new(dataset, Seed: 1, Threads: 1, Device: "cpu", TrialSettings.Default.With(settings));

    static string Training(string folder, TrialSpec spec) =>
        Write(
            folder,
            new TrainingTask(
                Sweep,
                TrialId.Of(1),
                1,
                1,
                0,
                spec,
                new RetentionSpec(1, 1, null),
                Path.Combine(folder, "attempt"),
                [],
                folder
            )
        );

    static string Write<T>(string folder, T task)
    {
        var file = Path.Combine(folder, $"{typeof(T).Name}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(task, OrchestratorJson.Compact));
        return file;
    }

    static async Task<double> InFolderAsync(Func<string, Task<double>> measure)
    {
        var folder = Directory.CreateTempSubdirectory("speed-");
        try
        {
            return await measure(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
