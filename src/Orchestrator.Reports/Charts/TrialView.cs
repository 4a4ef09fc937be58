using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Charts;

/// <param name="Label">The parameters that set it apart; may be empty.</param>
/// <param name="Colour">The style class that is the trial's in every part of the report.</param>
sealed record TrialView(TrialState State, TrialResult Result, int? Rank, string Label, string Colour)
{
    /// <summary>More colours than this cannot be told apart: further trials are drawn in grey.</summary>
    public const int Colours = 8;

    public string Id => Result.Id;

    public bool IsColoured => Colour != Grey;

    /// <summary>For instance <c>0003 von-mises-fisher kappa=1.5d</c>.</summary>
    public string Name => $"{Id} {Label}".TrimEnd();

    public static string ColourOf(int place) => place < Colours ? $"c{place}" : Grey;

    const string Grey = "grey";
}
