using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The settings of one trial, in the one form in which they travel from the sweep file to the process that trains.</summary>
/// <param name="Values">The canonical text of every setting that the trial has, defaults included, by its path
/// (<c>training.epochs</c>). In JSON this is the whole object.</param>
[JsonConverter(typeof(TrialSettingsJsonConverter))]
public sealed record TrialSettings(ImmutableSortedDictionary<string, string> Values)
{
    static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Every setting at its default.</summary>
    public static TrialSettings Default { get; } = new(TrialFields.Complete(None, None));

    public FlowSettings Flow => new(this);

    public BaseSettings Base => new(this);

    public TrainingSettings Training => new(this);

    /// <summary>The same settings but for some: what belonged to their old values goes, and what belongs to the new ones is at its
    /// default.</summary>
    /// <param name="changes">Paths and canonical texts; where they are none of a trial, <see cref="Faults"/> tells.</param>
    public TrialSettings With(params (string Path, string Text)[] changes) =>
        new(TrialFields.Complete(Values, changes.ToImmutableSortedDictionary(change => change.Path, change => change.Text)));

    /// <summary>The settings but for what may change after training has begun: up to which epoch it goes on and how the learning rate falls
    /// on the way there, and in how many parts a batch is computed. Those are at their defaults.</summary>
    public TrialSettings WithoutExtent()
    {
        (string, string)[] cosine = [(TrainingSettings.CosineRestartPath, "0"), (TrainingSettings.CosineHoldPath, "0")];
        return With([
            (TrainingSettings.EpochsPath, "1"),
            (TrainingSettings.AccumulatePath, "1"),
            .. Training.Schedule == TrainingSettings.Cosine ? cosine : [],
        ]);
    }

    /// <summary>What is wrong with the settings by the table of <see cref="TrialFields"/>, each in a line that begins with the
    /// path.</summary>
    public IEnumerable<string> Faults() => TrialFields.Faults(Values);

    public bool Equals(TrialSettings? other) => other is not null && Values.SequenceEqual(other.Values);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (path, text) in Values)
        {
            hash.Add(path);
            hash.Add(text);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", Values.Select(setting => $"{setting.Key}={setting.Value}"));

    internal string Text(string path) => Values[path];

    internal string? Find(string path) => Values.GetValueOrDefault(path);

    internal int Int(string path) => int.Parse(Values[path], CultureInfo.InvariantCulture);

    internal double Double(string path) => double.Parse(Values[path], CultureInfo.InvariantCulture);

    internal double? FindDouble(string path) => Find(path) is null ? null : Double(path);
}

public sealed class TrialSettingsJsonConverter : JsonConverter<TrialSettings>
{
    public override TrialSettings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string?>>(ref reader, options) is { } values
        && !values.ContainsValue(null)
            ? new TrialSettings(values!)
            : throw new JsonException("expected the text of each setting by its path");

    public override void Write(Utf8JsonWriter writer, TrialSettings value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Values, options);
}
