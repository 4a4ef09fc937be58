using System.Globalization;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>One row of <c>/api/sweeps/{id}/trials</c>, as the contract has it.</summary>
sealed record FakeRow(string Id, Dictionary<string, string> Parameters, int EpochsTotal)
{
    public string State { get; init; } = "pending";
    public string Evaluation { get; init; } = "none";
    public string? Cause { get; init; }
    public string? Message { get; init; }
    public int Attempts { get; init; }
    public int Epochs { get; init; }
    public double? TrainBitsPerDim { get; init; }
    public double? ValidationBitsPerDim { get; init; }
    public double? TestBitsPerDim { get; init; }
    public double? Fid { get; init; }
    public double? Kid { get; init; }
    public double? ImagesPerSecond { get; init; }
    public string? Node { get; init; }
    public double? Seconds { get; init; }

    static readonly string[] Bases = ["gaussian", "dirichlet", "von-mises-fisher"];
    static readonly int[] Hidden = [32, 64, 128];

    /// <summary>A trial of that number, in the state that numbers of its kind are in; the same each time.</summary>
    public static FakeRow Of(int number, int finished, int epochs)
    {
        var rate = Math.Pow(10, -4 + 2 * Noise(number, 1));
        var parameters = new Dictionary<string, string>
        {
            ["base"] = Bases[number % 3],
            ["flow.hidden"] = Hidden[number / 3 % 3].ToString(CultureInfo.InvariantCulture),
            ["training.learning_rate"] = rate.ToString("R", CultureInfo.InvariantCulture),
        };
        if (number % 3 == 2) parameters["base.kappa"] = number % 2 == 0 ? "1d" : "2d";
        var row = new FakeRow(number.ToString("D4", CultureInfo.InvariantCulture), parameters, epochs);
        if (number > finished + 3) return row;
        if (number > finished) return row.After(1 + number % 7) with { State = "running", Attempts = 1, Node = "10.0.0.1:4053", Seconds = null };
        if (number % 11 == 5)
            return row.After(3) with { State = "failed", Cause = "divergence", Message = "loss is not finite at step 212, first in layer couplings.3", Attempts = 2, ImagesPerSecond = null };
        var fid = 18 + 40 * Noise(number, 3) + (number % 3 == 1 ? 12 : 0);
        var isScored = number % 7 != 6;
        return row.After(epochs) with
        {
            State = "completed", Evaluation = isScored ? "completed" : "pending", Attempts = number % 5 == 0 ? 2 : 1, ImagesPerSecond = null, Node = "10.0.0.2:4053",
            TestBitsPerDim = isScored ? row.After(epochs).ValidationBitsPerDim + 0.012 : null, Fid = isScored ? fid : null, Kid = isScored ? fid / 900 : null,
        };
    }

    public FakeRow After(int epoch) => this with
    {
        Epochs = epoch, TrainBitsPerDim = Bits(epoch) - 0.03, ValidationBitsPerDim = Bits(epoch), ImagesPerSecond = 3400 + 40 * (Number % 9), Seconds = 6.1 * epoch, Node = Node ?? "10.0.0.2:4053",
    };

    public int Number => int.Parse(Id, CultureInfo.InvariantCulture);

    public double Bits(int epoch)
    {
        var rate = double.Parse(Parameters["training.learning_rate"], CultureInfo.InvariantCulture);
        var end = 1.72 + 0.14 * Math.Pow(Math.Log10(rate) + 2.9, 2) + (Parameters["base"] == "dirichlet" ? 0.11 : 0) + 0.03 * Noise(Number, 2);
        return end + 4.6 * Math.Exp(-epoch / 1.7) + 0.012 * Noise(Number, 10 + epoch);
    }

    /// <summary>In [0, 1), of the two numbers alone.</summary>
    public static double Noise(int number, int of)
    {
        var x = (uint)number * 2654435761u ^ (uint)of * 2246822519u;
        x ^= x >> 15;
        x *= 2246822519u;
        x ^= x >> 13;
        return x / 4294967296.0;
    }
}
