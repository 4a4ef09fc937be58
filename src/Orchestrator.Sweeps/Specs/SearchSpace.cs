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
    public bool HasChoiceOf(string path) => Parameters.Any(parameter => HasChoiceOf(parameter, path));

    static bool HasChoiceOf(Parameter parameter, string path) =>
        parameter.Choices.Any(choice => choice.Values.ContainsKey(path) || choice.Inner.Any(inner => HasChoiceOf(inner, path)));

    /// <returns>What the choices and the ends of the ranges set the field to.</returns>
    public IEnumerable<string> TextsOf(string path) => TextsOf(Parameters, path);

    static IEnumerable<string> TextsOf(ImmutableArray<Parameter> parameters, string path) =>
        parameters.SelectMany(parameter =>
            parameter.Range is { } range
                ? parameter.Path == path
                    ? [range.Text(range.Low), range.Text(range.High)]
                    : []
                : parameter.Choices.SelectMany(choice =>
                    TextsOf(choice.Inner, path).Concat(choice.Values.TryGetValue(path, out var text) ? [text] : [])
                )
        );

    /// <summary>Fields that some choice or range sets; without <see cref="Replicate"/>.</summary>
    public IEnumerable<string> SweptPaths() => Swept(Parameters).Where(path => path != Replicate).Distinct();

    /// <summary>Fields that a range, or one of several choices, sets.</summary>
    public IEnumerable<string> VaryingPaths() => Varying(Parameters);

    /// <summary>The ranges by the fields that they set; of a field that several choices give one the first.</summary>
    public ImmutableSortedDictionary<string, ValueRange> RangesByPath() =>
        Ranges(Parameters)
            .DistinctBy(parameter => parameter.Path)
            .ToImmutableSortedDictionary(parameter => parameter.Path, parameter => parameter.Range!, StringComparer.Ordinal);

    static IEnumerable<Parameter> Ranges(ImmutableArray<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
            parameter.Range is not null ? [parameter] : parameter.Choices.SelectMany(choice => Ranges(choice.Inner))
        );

    static IEnumerable<string> Varying(ImmutableArray<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
            parameter.Range is not null
                ? [parameter.Path]
                : parameter.Choices.SelectMany(choice =>
                    (parameter.Choices.Length > 1 ? choice.Values.Keys : []).Concat(Varying(choice.Inner))
                )
        );

    static IEnumerable<string> Swept(ImmutableArray<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
            parameter.Range is not null
                ? [parameter.Path]
                : parameter.Choices.SelectMany(choice => choice.Values.Keys.Concat(Swept(choice.Inner)))
        );
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
