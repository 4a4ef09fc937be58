using System.Collections.Immutable;

namespace Orchestrator.Evaluation.Files;

/// <summary>Files below a folder of images that are not counted.</summary>
/// <param name="Reasons">How many of each reason, most first.</param>
public sealed record LeftOut(ImmutableArray<LeftOutReason> Reasons)
{
    const int MostShown = 8;

    public int Files => Reasons.Sum(reason => reason.Files);

    /// <summary>What was left out, in words, such as 12 .webp, 3 hidden.</summary>
    public override string ToString() =>
        string.Join(", ", Reasons.Take(MostShown).Select(reason => $"{reason.Files} {reason.Reason}"))
        + (Reasons.Length > MostShown ? $", {Reasons.Skip(MostShown).Sum(reason => reason.Files)} others" : "");
}

/// <param name="Reason">An ending (<c>.webp</c>), <c>hidden</c>, <c>without an ending</c> or <c>under a second name</c>.</param>
public sealed record LeftOutReason(string Reason, int Files);
