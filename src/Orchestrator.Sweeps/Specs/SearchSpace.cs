using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The swept parameters, in the order of the file. All paths are dotted and start at the trial: <c>base.kappa</c>.</summary>
public sealed record SearchSpace(ImmutableArray<Parameter> Parameters)
{
    /// <summary>The parameter whose choices change any part of the trial.</summary>
    public const string WholeTrial = "trial";

    /// <summary>The parameter that changes nothing but the trial's seed.</summary>
    public const string Replicate = "replicate";

    /// <summary>Leaves that some choice sets; without <see cref="Replicate"/>.</summary>
    public IEnumerable<string> SweptLeaves() => Swept(Parameters).Where(path => path != Replicate).Distinct();

    static IEnumerable<string> Swept(ImmutableArray<Parameter> parameters) =>
        parameters.SelectMany(parameter => parameter.Choices).SelectMany(choice => choice.Leaves.Keys.Concat(Swept(choice.Inner)));
}

/// <param name="Path">Of a leaf, or of a whole part of the trial (<c>base</c>), or one of the two names of
/// <see cref="SearchSpace"/>.</param>
public sealed record Parameter(string Path, ImmutableArray<Choice> Choices);

/// <summary>One value of a choice: the leaves that it sets, as canonical text, and further parameters that only exist where it is
/// chosen.</summary>
public sealed record Choice(ImmutableSortedDictionary<string, string> Leaves, ImmutableArray<Parameter> Inner);
