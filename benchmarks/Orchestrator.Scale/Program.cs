using System.Globalization;
using System.Text.Json;
using Orchestrator.Scale;
using Orchestrator.Sweeps;

// scale run ROW SIZE | scale sweep FILE | scale journal FOLDER TRIALS | scale table RESULTS
switch (args)
{
    case ["run", var row, var text] when Rows.All.TryGetValue(row, out var measure):
        var size = int.Parse(text, CultureInfo.InvariantCulture);
        Write(new Measured(row, size, await InFolder(folder => measure(folder, size))));
        return 0;
    case ["sweep", var file]:
        Write(
            new Measured(
                Path.GetFileNameWithoutExtension(file),
                1,
                await InFolder(folder => Rows.SweepFileOf(folder, File.ReadAllText(file)))
            )
        );
        return 0;
    case ["journal", var folder, var trials]:
        await Rows.FinishedAsync(new DataFolder(folder), int.Parse(trials, CultureInfo.InvariantCulture));
        return 0;
    case ["table", var results]:
        Console.Write(
            ScaleTable.Of(File.ReadLines(results).Select(line => JsonSerializer.Deserialize<Measured>(line, OrchestratorJson.Compact)!))
        );
        return 0;
    default:
        Console.Error.WriteLine(
            "scale run ROW SIZE | scale sweep FILE | scale journal FOLDER TRIALS | scale table RESULTS; rows: "
                + string.Join(", ", Rows.All.Keys)
        );
        return 2;
}

static void Write(Measured measured) => Console.WriteLine(JsonSerializer.Serialize(measured, OrchestratorJson.Compact));

// Where TMPDIR says: that is the disk that is measured. With SCALE_KEEP it stays, for whoever measures again at once.
static async Task<double> InFolder(Func<DataFolder, Task<double>> measure)
{
    var folder = Directory.CreateTempSubdirectory("scale-");
    try
    {
        return await measure(new DataFolder(folder.FullName));
    }
    finally
    {
        if (Environment.GetEnvironmentVariable("SCALE_KEEP") is null)
            folder.Delete(recursive: true);
    }
}
