using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The swept parameters, in the order of the file.</summary>
public sealed record SearchSpace(ImmutableArray<Parameter> Parameters);

/// <param name="Path">Dotted path of a leaf or of a whole part of the trial (<c>base</c>); <c>replicate</c> changes only the seed.</param>
public sealed record Parameter(string Path, ImmutableArray<Choice> Choices);

/// <summary>One value of a choice: leaves that it sets (relative paths; the empty path where the parameter is itself a leaf), and further parameters inside it.</summary>
public sealed record Choice(ImmutableSortedDictionary<string, string> Leaves, ImmutableArray<Parameter> Inner);
