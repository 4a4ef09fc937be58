using System.Globalization;
using CsvHelper;
using Orchestrator.Reports.Export;
using Orchestrator.Reports.Results;
using Parquet;

namespace Orchestrator.Reports.Tests.Export;

public sealed class ExportSpecs
{
    static readonly SweepResults Results = SweepResults.From(new SweepStateBuilder(
            trials:
            [
                ["base.distribution=von-mises-fisher", "base.kappa=1.5d", "replicate=1"],
                ["base.distribution=von-mises-fisher", "base.kappa=1.5d", "replicate=2"],
                ["base.distribution=gaussian", "replicate=1"],
                ["base.distribution=gaussian", "replicate=2"],
            ]
        ).Succeeds(1, 2.5).Succeeds(2, 2.7).Succeeds(3, 2.6).State);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_csv_file_has_a_row_for_every_trial_and_a_column_for_every_figure()
    {
        var rows = await Csv();
        Assert.Equal(["0001", "0002", "0003", "0004"], rows.Select(row => row["id"]));
        Assert.Equal(["2.5", "2.7", "2.6", ""], rows.Select(row => row["test.bits_per_dim"]));
        Assert.Equal(["1.5d", "1.5d", "", ""], rows.Select(row => row["parameters.base.kappa"]));
        Assert.Equal("-0.001", rows[0]["evaluation.interpolation.slerp.kid"]);
        Assert.Equal("pending", rows[3]["state"]);
        // Every number comes back as it was.
        Assert.All(
            rows.Zip(Results.Trials),
            pair =>
                Assert.Equal(
                    pair.Second.Evaluation.Samples.Fid,
                    pair.First["evaluation.samples.fid"] is { Length: > 0 } fid ? double.Parse(fid, CultureInfo.InvariantCulture) : null
                )
        );
    }

    [Fact]
    public async Task Columns_that_only_some_trials_have_stand_with_their_like()
    {
        var columns = (await Csv())[0].Keys.ToList();
        Assert.Equal(columns.IndexOf("parameters.base.distribution") + 1, columns.IndexOf("parameters.base.kappa"));
        Assert.InRange(
            columns.IndexOf("evaluation.interpolation.linear.fid"),
            columns.IndexOf("evaluation.samples.kid_standard_error"),
            columns.IndexOf("evaluation.round_trip_error")
        );
    }

    [Fact]
    public async Task A_parquet_file_says_the_same_in_numbers_and_text()
    {
        var csv = await Csv();
        using var folder = new TemporaryFolder();
        var file = folder.At("table.parquet");
        await TableFile.WriteAsync(Results, file, Cancel);
        await using var reader = await ParquetReader.CreateAsync(file, cancellationToken: Cancel);
        Assert.Equal(csv[0].Keys, reader.Schema.DataFields.Select(field => field.Name));
        Assert.Equal(
            [typeof(ReadOnlyMemory<char>), typeof(long), typeof(double)],
            ((string[])["id", "attempts", "test.bits_per_dim"]).Select(name =>
                reader.Schema.DataFields.Single(field => field.Name == name).ClrType
            )
        );
        Assert.Equal(4, reader.Metadata!.NumRows);
    }

    [Fact]
    public async Task A_markdown_file_has_means_over_replicates_with_their_standard_error()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("table.md");
        await TableFile.WriteAsync(Results, file, Cancel);
        var lines = await File.ReadAllLinesAsync(file, Cancel);
        Assert.Equal("| trials | replicates | test, bits/dim | FID | KID |", lines[0]);
        // (2.7 - 2.5) / 2 is the standard error of the mean of two.
        Assert.Equal("| von-mises-fisher kappa=1.5d | 2 | 2.6000 ± 0.1000 | 10.400 ± 0.400 | 0.01250 ± 0.00000 |", lines[2]);
        Assert.Equal("| gaussian | 1 | 2.6000 | 10.400 | 0.01250 |", lines[3]);
        Assert.Equal("| von-mises-fisher kappa=1.5d | slerp | 13.000 ± 0.500 | -0.00100 ± 0.00000 | 0.50 ± 0.00 |", lines[8]);
    }

    [Fact]
    public async Task Rungs_are_rows_of_a_file_of_their_own()
    {
        var results = Results with
        {
            Rungs = [new(null, 1, 9, 2, 3, "validation.bits_per_dim", 3.25), new(null, 3, 3, 0, null, "validation.bits_per_dim", null)],
        };
        using var folder = new TemporaryFolder();
        await TableFile.WriteRungsAsync(results, folder.At("rungs.csv"), Cancel);
        Assert.Equal(
            [
                "ladder,level,arrived,waiting,survived,metric,best",
                ",1,9,2,3,validation.bits_per_dim,3.25",
                ",3,3,0,,validation.bits_per_dim,",
            ],
            await File.ReadAllLinesAsync(folder.At("rungs.csv"), Cancel)
        );
        await TableFile.WriteRungsAsync(results, folder.At("rungs.md"), Cancel);
        Assert.Equal(
            "| 1 | 9 | 2 | 3 | 3.250 | validation.bits_per_dim |",
            (await File.ReadAllLinesAsync(folder.At("rungs.md"), Cancel))[2]
        );
        await TableFile.WriteRungsAsync(results, folder.At("rungs.parquet"), Cancel);
        await using var reader = await ParquetReader.CreateAsync(folder.At("rungs.parquet"), cancellationToken: Cancel);
        Assert.Equal(2, reader.Metadata!.NumRows);
    }

    static async Task<List<Dictionary<string, string>>> Csv()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("table.csv");
        await TableFile.WriteAsync(Results, file, Cancel);
        using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
        await csv.ReadAsync();
        csv.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (await csv.ReadAsync())
            rows.Add(csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!));
        return rows;
    }
}
