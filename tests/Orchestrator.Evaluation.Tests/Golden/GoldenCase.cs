using System.Globalization;
using TorchSharp;

namespace Orchestrator.Evaluation.Tests.Golden;

/// <summary>Two feature matrices and the exact distances between them; FID over N - 1.</summary>
public sealed record GoldenCase(string Name, double Fid, double Kid)
{
    public torch.Tensor First => Matrix("a");
    public torch.Tensor Second => Matrix("b");

    public static GoldenCase Named(string name)
    {
        var lines = File.ReadAllLines(PathOf("fid_kid_expected"));
        var header = lines[0].Split(',');
        var row = lines.Select(line => line.Split(',')).Single(cells => cells[0] == name);
        return new GoldenCase(name, Cell("fid_exact_ddof1"), Cell("kid_exact_unbiased"));

        double Cell(string column) => double.Parse(row[Array.IndexOf(header, column)], CultureInfo.InvariantCulture);
    }

    public static TheoryData<string> Names => ["c1_gauss_d8", "c2_identical", "c4_relu_constant_columns", "c7_d1"];

    torch.Tensor Matrix(string side)
    {
        var rows = File.ReadAllLines(PathOf($"{Name}_{side}"))
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())
            .ToArray();
        return torch.tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);
    }

    static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file + ".csv");
}
