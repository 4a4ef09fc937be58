using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The swept parameters, in the order of the file. All paths are dotted and start at the trial: <c>base.kappa</c>.</summary>
public sealed record SearchSpace(ImmutableArray<Parameter> Parameters)
{
    /// <summary>The parameter whose choices change any part of the trial.</summary>
    public const string WholeTrial = "trial";

    /// <summary>The parameter that changes nothing but the trial's seed.</summary>
    public const string Replicate = "replicate";

    /// <summary>How often every configuration is run.</summary>
    [JsonIgnore]
    public int Replicates => Parameters.FirstOrDefault(parameter => parameter.Path == Replicate)?.Choices.Length ?? 1;

    /// <summary>Some choice sets the field.</summary>
    public bool HasChoiceOf(string path) =>
        All(Parameters).Any(parameter => parameter.Choices.Any(choice => choice.Values.ContainsKey(path)));

    /// <returns>What the choices and the ends of the ranges set the field to.</returns>
    public IEnumerable<string> TextsOf(string path) =>
        All(Parameters)
            .SelectMany(parameter =>
                parameter.Range is { } range && parameter.Path == path
                    ? [range.Text(range.Low), range.Text(range.High)]
                    : parameter.Choices.Where(choice => choice.Values.ContainsKey(path)).Select(choice => choice.Values[path])
            );

    /// <summary>Fields that some choice or range sets; without <see cref="Replicate"/>.</summary>
    public IEnumerable<string> SweptPaths() => All(Parameters).SelectMany(Sets).Where(path => path != Replicate).Distinct();

    /// <summary>Fields that a range, or one of several choices, sets.</summary>
    public IEnumerable<string> VaryingPaths() =>
        All(Parameters).Where(parameter => parameter.Range is not null || parameter.Choices.Length > 1).SelectMany(Sets);

    /// <summary>The ranges by the fields that they set; of a field that several choices give one the first.</summary>
    public ImmutableSortedDictionary<string, ValueRange> RangesByPath() =>
        All(Parameters)
            .Where(parameter => parameter.Range is not null)
            .DistinctBy(parameter => parameter.Path)
            .ToImmutableSortedDictionary(parameter => parameter.Path, parameter => parameter.Range!, StringComparer.Ordinal);

    /// <summary>The parameters, and those inside their choices.</summary>
    static IEnumerable<Parameter> All(ImmutableArray<Parameter> parameters) =>
        parameters.SelectMany(parameter => parameter.Choices.SelectMany(choice => All(choice.Inner)).Prepend(parameter));

    static IEnumerable<string> Sets(Parameter parameter) =>
        parameter.Range is not null ? [parameter.Path] : parameter.Choices.SelectMany(choice => choice.Values.Keys);
}

/// <param name="Path">Of a field, or of a whole section of the trial (<c>base</c>), or one of the two names of
/// <see cref="SearchSpace"/>.</param>
/// <param name="Choices">Empty where the parameter has a range.</param>
public sealed record Parameter(string Path, ImmutableArray<Choice> Choices)
{
    /// <summary>The numbers that the field of <see cref="Path"/> may take; null where there are choices.</summary>
    public ValueRange? Range { get; init; }
}

/// <summary>One value of a choice: the fields that it sets, as canonical text, and further parameters that only exist where it is
/// chosen.</summary>
public sealed record Choice(ImmutableSortedDictionary<string, string> Values, ImmutableArray<Parameter> Inner);
