namespace Orchestrator.Sweeps.Domain;

/// <summary>Where a trial stands among the others of its sweep: the first in order is the best. Decided on the validation split
/// alone.</summary>
/// <remarks>
/// Figures of the test split are for saying how good the trial is that was chosen; to choose by them would make them too good.
/// A failed trial stands behind all others whatever it had reached: it left no final checkpoint.
/// </remarks>
/// <param name="ValidationBitsPerDim">Null where it is not known.</param>
/// <param name="Trial">Its id, which decides between equals.</param>
public readonly record struct Standing(TrialStatus Status, double? ValidationBitsPerDim, string Trial) : IComparable<Standing>
{
    /// <summary>It has a place; one without may not be called the best.</summary>
    public bool IsRanked => Status != TrialStatus.Failed && ValidationBitsPerDim is { } bits && double.IsFinite(bits);

    public int CompareTo(Standing other) =>
        Key.CompareTo(other.Key) is not 0 and var order ? order : string.CompareOrdinal(Trial, other.Trial);

    (bool, double) Key =>
        (Status == TrialStatus.Failed, ValidationBitsPerDim is { } bits && double.IsFinite(bits) ? bits : double.PositiveInfinity);
}
