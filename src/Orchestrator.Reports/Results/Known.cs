namespace Orchestrator.Reports.Results;

static class Known
{
    /// <summary>JSON has no number for what is not finite.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
