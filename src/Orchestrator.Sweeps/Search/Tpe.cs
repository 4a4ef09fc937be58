using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Search;

/// <summary>The tree-structured Parzen estimator (Bergstra and others, NeurIPS 2011): of some candidates drawn like the good
/// configurations, the one that is likeliest to be good rather than bad.</summary>
/// <remarks>
/// What runs counts as bad, so that nodes that ask at once are not sent to the same place. A parameter inside a choice is drawn where the
/// choice was drawn, from the configurations that have it.
/// </remarks>
/// <param name="isMultivariate">Parameters that exist together are drawn together, by one density of all; else each by its own.</param>
sealed class Tpe(SearchHistory history, bool isMultivariate)
{
    const int Candidates = 24;

    readonly Lazy<(IReadOnlyList<double?[]> Good, IReadOnlyList<double?[]> Bad)> split = new(history.Split);
    readonly Dictionary<int, (ParzenEstimator Good, ParzenEstimator Bad)> estimators = [];

    /// <returns>A coordinate for each dimension; 0 for those that do not exist in the configuration.</returns>
    public double[] Point(Draws draws)
    {
        var unit = new double[history.Dimensions.Count];
        Fill(history.Dimensions.Outer, draws, unit);
        return unit;
    }

    void Fill(ImmutableArray<Dimension> dimensions, Draws draws, double[] unit)
    {
        foreach (var group in isMultivariate && !dimensions.IsEmpty ? [dimensions] : dimensions.Select(one => ImmutableArray.Create(one)))
        {
            var point = Best(group, draws);
            for (var i = 0; i < group.Length; i++)
                unit[group[i].Index] = point[i];
        }

        foreach (var dimension in dimensions.Where(dimension => dimension.Choices > 0))
            Fill(dimension.Inner[dimension.ChoiceAt(unit[dimension.Index])], draws, unit);
    }

    double[] Best(ImmutableArray<Dimension> group, Draws draws)
    {
        if (!estimators.TryGetValue(group[0].Index, out var those))
            estimators[group[0].Index] = those = (new(group, split.Value.Good), new(group, split.Value.Bad));
        return Enumerable
            .Range(0, Candidates)
            .Select(_ => those.Good.Draw(draws))
            .MaxBy(point => those.Good.LogDensity(point) - those.Bad.LogDensity(point))!;
    }
}
