using System.Globalization;

namespace Orchestrator.Sweeps;

/// <summary>The name of a trial in folders, commands and results: its number, of at least four digits.</summary>
public static class TrialId
{
    public static string Of(int number) => number.ToString("D4", CultureInfo.InvariantCulture);
}
