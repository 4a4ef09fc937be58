namespace Orchestrator.Reports.Results;

static class Known
{
    /// <summary>An empty text is none.</summary>
    public static string? Text(string text) => text.Length > 0 ? text : null;

    /// <summary>JSON has no number for what is not finite.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
