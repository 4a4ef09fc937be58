using System.CommandLine;
using Orchestrator.Evaluation.Images;
using Orchestrator.Output;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary><c>checkpoint …</c>: work with one trained flow.</summary>
static class CheckpointCommands
{
    const string Images = "images",
        Samples = "samples";

    static readonly Argument<string> Folder = new("dir") { Description = "Folder of one checkpoint: the one with manifest.json" };

    static readonly Option<string> To = new("--to") { Description = "The PNG to write", Required = true };

    static readonly Option<long> SeedOption = new("--seed") { Description = "Of everything that is drawn", DefaultValueFactory = _ => 0 };

    static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there" };

    public static Command Create() => new("checkpoint", "Work with one trained flow") { Verify(), Sample(), Interpolate() };

    static Command Verify()
    {
        var command = new Command("verify", "Check every byte of a checkpoint, build its flow, and send images through it and back")
        {
            Folder,
            Json,
        };
        command.SetAction(parsed =>
            Guarded(() =>
            {
                var verified = CheckpointVerification.Run(Path(parsed));
                if (parsed.GetValue(Json))
                    JsonOutput.Write(verified);
                else
                {
                    Console.WriteLine($"{verified.Path} is whole: {verified.Bytes:N0} bytes, model {verified.Sha256}");
                    Console.WriteLine(
                        $"{verified.Architecture}, {verified.Base} base, {verified.Parameters:N0} parameters, images {verified.Shape} of "
                            + $"{verified.Dataset}"
                    );
                    var settings = verified.Settings.Values.Except(TrialSettings.Default.Values).Select(s => $"{s.Key} {s.Value}");
                    Console.WriteLine($"settings that are not at their defaults: {string.Join(", ", settings.DefaultIfEmpty("none"))}");
                    Console.WriteLine(
                        $"trial {verified.Trial} of {verified.Sweep}, epoch {verified.Epoch}, step "
                            + $"{verified.Step}{(verified.Final ? ", its last" : "")}"
                            + (
                                verified.ValidationBitsPerDim is { } bits
                                    ? FormattableString.Invariant($", validation {bits:F4} bits per dimension")
                                    : ""
                            )
                    );
                    Console.WriteLine(
                        FormattableString.Invariant($"images come back from their latents within {verified.RoundTripError:G3}")
                    );
                }

                return ExitCode.Done;
            })
        );
        return command;
    }

    static Command Sample()
    {
        var count = Whole("--count", "Images to draw", 100, smallest: 1);
        var columns = Whole("--columns", "Images side by side", 10, smallest: 1);
        var temperature = new Option<double>("--temperature")
        {
            Description = "Multiplies the latents; below 1 nearer to the base's centre",
            DefaultValueFactory = _ => 1,
        };
        temperature.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and var value && double.IsFinite(value)))
                result.AddError("--temperature must be a number of at least 0");
        });
        var command = new Command("sample", "Draw images from a flow") { Folder, To, count, columns, temperature, SeedOption, Json };
        command.SetAction(parsed =>
            Guarded(() =>
            {
                using var pictures = new CheckpointPictures(Path(parsed));
                Write(
                    parsed,
                    pictures.Samples(
                        parsed.GetValue(count),
                        parsed.GetValue(columns),
                        parsed.GetValue(SeedOption),
                        parsed.GetValue(temperature)
                    )
                );
                return ExitCode.Done;
            })
        );
        return command;
    }

    static Command Interpolate()
    {
        var scheme = new Option<string?>("--scheme") { Description = "Kind of path; default: the straight line of the base's own space" };
        var between = new Option<string>("--between")
        {
            Description = "What the paths join: test images of the flow's data set, or samples of the flow",
            DefaultValueFactory = _ => Images,
        };
        between.AcceptOnlyFromAmong(Images, Samples);
        var data = new Option<string>("--data-dir")
        {
            Description = "Data folder that keeps fetched data sets",
            DefaultValueFactory = _ => SweepCommands.DefaultDataFolder,
        };
        var pairs = Whole("--pairs", "Paths, one a row", 10, smallest: 1);
        var points = Whole("--points", "Images of each path, both ends included", 9, smallest: 2);
        var command = new Command("interpolate", "Draw paths between images")
        {
            Folder,
            To,
            scheme,
            between,
            data,
            pairs,
            points,
            SeedOption,
            Json,
        };
        command.SetAction(parsed =>
            Guarded(() =>
            {
                using var pictures = new CheckpointPictures(Path(parsed));
                var images =
                    parsed.GetValue(between) == Images ? Load(pictures, parsed.GetRequiredValue(data), 2 * parsed.GetValue(pairs)) : null;
                Write(
                    parsed,
                    pictures.Paths(
                        parsed.GetValue(scheme),
                        images,
                        parsed.GetValue(pairs),
                        parsed.GetValue(points),
                        parsed.GetValue(SeedOption)
                    )
                );
                return ExitCode.Done;
            })
        );
        return command;
    }

    static ImageDataset Load(CheckpointPictures pictures, string folder, int least)
    {
        var dataset = new DatasetCatalogue(new DataFolder(UserPath.Full(folder)).Datasets).Load(pictures.Dataset);
        if (dataset.Sha256 != pictures.DatasetSha256)
            throw new CommandException(
                ExitCode.Failed,
                $"data set {dataset.Name} here is not the one that the flow learned; --between {Samples} needs none"
            );
        return dataset.Test.Count >= least
            ? dataset
            : throw new CommandException(
                ExitCode.BadCall,
                $"--pairs: {least / 2} pairs need {least} test images, and {dataset.Name} has {dataset.Test.Count}"
            );
    }

    /// <exception cref="CommandException">There is no checkpoint (3).</exception>
    static string Path(ParseResult parsed)
    {
        var folder = UserPath.Full(parsed.GetRequiredValue(Folder));
        return File.Exists(System.IO.Path.Combine(folder, Checkpoint.ManifestName))
            ? folder
            : throw new CommandException(
                ExitCode.NotFound,
                $"there is no checkpoint in {folder}: expected a folder with {Checkpoint.ManifestName}, such as …/checkpoints/0000000100"
            );
    }

    static void Write(ParseResult parsed, byte[] png)
    {
        var path = UserPath.Full(parsed.GetRequiredValue(To));
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, png);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadCall, $"--to: {path} cannot be written: {error.Message}");
        }

        if (parsed.GetValue(Json))
            JsonOutput.Write(new { png = path, seed = parsed.GetValue(SeedOption) });
        else
            Console.WriteLine(path);
    }

    static int Guarded(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is CheckpointException or DatasetException or TrialFailure or NonFinitePixelsException)
        {
            throw new CommandException(ExitCode.Failed, error.Message);
        }
        catch (ArgumentException error) when (error.ParamName == "name")
        {
            throw new CommandException(ExitCode.BadCall, $"--scheme: {error.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    static Option<int> Whole(string name, string description, int @default, int smallest)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => @default };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < smallest)
                result.AddError($"{name} must be at least {smallest}");
        });
        return option;
    }
}
