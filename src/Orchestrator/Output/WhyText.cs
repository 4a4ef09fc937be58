using Orchestrator.Reports.Views;
using static System.FormattableString;

namespace Orchestrator.Output;

/// <summary>Why a sweep waits, in lines.</summary>
static class WhyText
{
    public static IEnumerable<string> Lines(SweepWhy why)
    {
        yield return Invariant($"{why.Id}: {why.Running} running, {why.Waiting} waiting");
        foreach (var because in why.Because)
            yield return $"  {because}";
        if (why.StartsInSeconds is { } seconds)
            yield return $"  the next slot is likely to be free in {TimeLeftText.Of(TimeSpan.FromSeconds(seconds))}";
    }
}
