namespace Orchestrator.Sweeps.Scheduling;

/// <summary>How a configuration did when it arrived at a rung: the first in order is the best.</summary>
/// <param name="Value">Mean of its trials, lower is better; positive infinity where one of them failed or gave no finite number.</param>
/// <param name="Configuration">Its number, which decides between equals.</param>
/// <param name="Error">What the value may be off by, where it is a score that is measured with an error.</param>
/// <param name="SecondValue">What decides between values that their errors do not tell apart.</param>
public readonly record struct RungEntry(double Value, int Configuration, double Error = 0, double SecondValue = 0) : IComparable<RungEntry>
{
    public static double Worst => double.PositiveInfinity;

    public int CompareTo(RungEntry other) =>
        Value.CompareTo(other.Value) is not 0 and var order ? order : Configuration.CompareTo(other.Configuration);

    /// <summary>The values differ by no more than their errors together.</summary>
    public bool IsAsGoodAs(RungEntry other) => Math.Abs(Value - other.Value) <= Math.Sqrt(Error * Error + other.Error * other.Error);
}
