using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Tests.Trials;
using Orchestrator.Training.Trials;

namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>Checkpoints whose manifest has a right checksum and says what cannot be.</summary>
public sealed class LyingManifestSpecs : IDisposable
{
    const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    readonly TemporaryFolder folder = new();
    readonly string checkpoint;
    JsonObject? original;

    public LyingManifestSpecs() =>
        checkpoint = new FolderCheckpointStore(folder.At("attempt-1"), [], new RetentionSpec(1, 0, null)).Write(5, validation: 3).Folder;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_part_may_be_missing_null_huge_or_of_another_kind_and_is_told_by_file()
    {
        string[] values =
        [
            "null",
            "\"\"",
            "\"../../../tmp/x\"",
            "\"/etc\"",
            "\"a\\u001b[2Jb\"",
            "-1",
            "0",
            "99999999999999999999",
            "1e400",
            "1e300",
            "2147483647",
            "9223372036854775807",
            "{}",
            "[]",
            "[null]",
            "{\"a\": null}",
            "true",
            "1.5",
        ];
        var refused = 0;
        foreach (var path in Paths(Manifest()))
        {
            refused += Read(path, remove: true) ? 0 : 1;
            foreach (var value in values)
                refused += Read(path, JsonNode.Parse(value is "1e400" ? "\"1e400\"" : value)) ? 0 : 1;
        }

        Assert.True(refused > 300, $"{refused}");
    }

    [Theory]
    [InlineData("sweep", "\"../../outside\"", "sweep: expected 1 to 48 letters")]
    [InlineData("sweep", "\"/tmp/x\"", "sweep: expected")]
    [InlineData("sweep", "\"..\"", "sweep: expected")]
    [InlineData("sweep", "null", "sweep: expected")]
    [InlineData("sweep", "\"a\\nb\"", "sweep: expected")]
    [InlineData("trial", "\"a/b\"", "trial: expected")]
    [InlineData("trial", "\"\"", "trial: expected")]
    [InlineData("step", "10000000000", "step: expected 0 to 9999999999")]
    [InlineData("step", "-1", "step: expected")]
    [InlineData("levels", "1000000000", "levels: expected 2 to 256")]
    [InlineData("shape", "{\"channels\": 4096, \"height\": 4096, \"width\": 4096}", "the product of shape")]
    [InlineData("shape.width", "2000000000", "shape.width: expected 1 to 4096")]
    [InlineData("spec", "null", "spec: is missing")]
    [InlineData("spec.settings", "null", "spec: parts of it are missing")]
    [InlineData("spec|settings|flow.hidden", "\"0\"", "spec.settings: flow.hidden: expected")]
    [InlineData("spec.threads", "2147483647", "spec.threads: expected 1 to 4096")]
    [InlineData("spec.dataset", "\"../x\"", "spec.dataset: '../x' is no name")]
    [InlineData("spec.dataset", "\"idx:a\\u001bb\"", "spec.dataset")]
    [InlineData("spec|settings|training.ema", "\"2\"", "spec.settings: training.ema: expected")]
    [InlineData("spec|settings|flow.coupling", "\"evil\"", "spec.settings: flow.coupling: expected")]
    [InlineData("reports", "null", "$.reports")]
    [InlineData("reports", "[null]", "reports: an entry is missing")]
    [InlineData("files", "null", "files: is missing")]
    [InlineData("files", "{\"model.safetensors\": null}", "files: nothing is said of model.safetensors")]
    [InlineData("files", "{\"../../x\": {\"bytes\": 1, \"sha256\": \"\"}}", "is no file of a checkpoint")]
    [InlineData("versions", "null", "versions: is missing")]
    [InlineData("seeds", "null", "seeds: is missing")]
    [InlineData("format", "2", "format 2; this program reads format 1")]
    public void A_name_or_number_out_of_its_range_is_told_with_its_key(string path, string value, string why)
    {
        Assert.False(Read(path, JsonNode.Parse(value)));
        var told = Assert.Throws<CheckpointException>(() => Checkpoint.Read(checkpoint)).Message;
        Assert.StartsWith(Path.Combine(checkpoint, "manifest.json"), told);
        Assert.Contains(why, told);
        Assert.DoesNotContain(told, char.IsControl);
    }

    [Theory]
    [InlineData("flow.hidden", "4096", "hidden channels")]
    [InlineData("flow.steps", "1000", "steps, and model.safetensors")]
    [InlineData("flow.levels", "16", "levels of")]
    public void A_spec_of_a_larger_flow_than_the_file_holds_builds_none(string path, string size, string why)
    {
        using var trial = new TinyTrial();
        trial.Attempt();
        var manifest = Path.Combine(trial.Newest().Folder, "manifest.json");
        Write(manifest, Changed(JsonNode.Parse(File.ReadAllBytes(manifest))!.AsObject(), $"spec|settings|{path}", size));
        Assert.Contains(
            why,
            Assert.Throws<CheckpointException>(() => CheckpointVerification.Run(Path.GetDirectoryName(manifest)!)).Message
        );
    }

    [Fact]
    public void Files_that_are_not_as_long_as_promised_are_not_read()
    {
        var model = Path.Combine(checkpoint, "model.safetensors");
        using (var huge = File.OpenWrite(model))
            huge.SetLength(1L << 31);
        Assert.Contains(model, Assert.Throws<CheckpointException>(() => Checkpoint.Read(checkpoint)).Message);
        File.Delete(model);
        NamedPipe.Make(model);
        Assert.Contains("a named pipe", Assert.Throws<CheckpointException>(() => Checkpoint.Read(checkpoint)).Message);
    }

    [Fact]
    public void Any_damage_is_told_as_such()
    {
        var good = Encoding.UTF8.GetString(Bytes(Manifest()));
        Gen.Select(Gen.Int[90, good.Length - 1], Gen.Char.AlphaNumeric, Gen.Int[90, 4 * good.Length])
            .Sample(
                (at, value, length) =>
                {
                    Sign(
                        Path.Combine(checkpoint, "manifest.json"),
                        Encoding.UTF8.GetBytes((good[..at] + value + good[(at + 1)..])[..Math.Min(length, good.Length)])
                    );
                    try
                    {
                        Checkpoint.Read(checkpoint);
                    }
                    catch (CheckpointException) { }
                },
                iter: 1000,
                threads: 1
            );
    }

    /// <returns>False where it was refused as a checkpoint is; anything else fails.</returns>
    bool Read(string path, JsonNode? value = null, bool remove = false)
    {
        Write(Path.Combine(checkpoint, "manifest.json"), Changed(Manifest(), path, value, remove));
        try
        {
            _ = Checkpoint.Read(checkpoint).Info;
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    JsonObject Manifest() => original ??= JsonNode.Parse(File.ReadAllBytes(Path.Combine(checkpoint, "manifest.json")))!.AsObject();

    static JsonObject Changed(JsonObject manifest, string path, JsonNode? value, bool remove = false)
    {
        var copy = manifest.DeepClone().AsObject();
        // Names of files hold points.
        var parts = path.Split(path.Contains('|') ? '|' : '.');
        JsonNode at = copy;
        foreach (var part in parts[..^1])
            at = at is JsonArray array ? array[int.Parse(part, null)]! : at[part]!;
        if (at is JsonArray list)
            list[int.Parse(parts[^1], null)] = value?.DeepClone();
        else if (remove)
            at.AsObject().Remove(parts[^1]);
        else
            at[parts[^1]] = value?.DeepClone();
        return copy;
    }

    static IEnumerable<string> Paths(JsonNode node, string before = "") =>
        node switch
        {
            JsonObject many => many.Where(entry => entry.Key != "checksum")
                .SelectMany(entry =>
                    entry.Value is null ? [before + entry.Key] : Paths(entry.Value, before + entry.Key + "|").Prepend(before + entry.Key)
                ),
            JsonArray list => list.SelectMany((entry, at) => Paths(entry!, $"{before}{at}|")),
            _ => [],
        };

    static void Write(string path, JsonObject manifest) => Sign(path, Bytes(manifest));

    static byte[] Bytes(JsonObject manifest)
    {
        manifest = manifest.DeepClone().AsObject();
        manifest.Remove("checksum");
        return Encoding.UTF8.GetBytes($"{{\n  \"checksum\": \"{Zeros}\",{manifest.ToJsonString(OrchestratorJson.Indented)[1..]}\n");
    }

    static void Sign(string path, byte[] unsigned)
    {
        var at = unsigned.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Zeros));
        Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData(unsigned)), unsigned.AsSpan(at));
        File.WriteAllBytes(path, unsigned);
    }
}
