namespace Orchestrator.Evaluation.Distances;

/// <summary>A feature matrix holds a NaN or an infinity, so no distance to it exists.</summary>
/// <param name="row">The row of the first such entry in row-major order, from 0.</param>
public sealed class NonFiniteFeaturesException(long row, long column, double value)
    : ArithmeticException($"feature [{row}, {column}] is {value}; distances need finite features")
{
    public long Row => row;
    public long Column => column;
}
