using Orchestrator.Sweeps.Specs;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>A matrix of features as text. Read twice: once to check every line and learn its form, which takes no memory, and once for its
/// values.</summary>
static class CsvFile
{
    const long Largest = 1L << 30;

    /// <param name="hasHeading">Null: told by what the first line looks like.</param>
    /// <returns>float64 [n, d]; the caller's.</returns>
    /// <exception cref="FeatureFileException">No matrix of numbers; the message names the line and says what to do.</exception>
    public static FeatureTable Read(FileStream file, string what, bool? hasHeading)
    {
        if (file.Length > Largest)
            throw new FeatureFileException(
                $"{what}: a CSV of {ByteSize.Text(file.Length)}; at most {ByteSize.Text(Largest)} are read: keep it as .npy"
            );
        var survey = CsvSurvey.Of(file, what);
        var form = CsvForm.Of(survey, what, hasHeading);
        var values = new Values(form, survey);
        CsvLines.ForEach(file, what, values.Take);
        return new FeatureTable(values.Matrix, [.. form.Notes]);
    }

    sealed class Values(CsvForm form, CsvSurvey survey)
    {
        int row;

        public Tensor Matrix { get; } = empty([form.Samples, form.Features], ScalarType.Float64);

        public void Take(int number, ReadOnlySpan<byte> line)
        {
            if (number < survey.FirstLine || (form.HasHeading && number == survey.FirstLine) || CsvSurvey.IsSkipped(line))
                return;
            if (row == form.Samples)
                throw new FeatureFileException("the file changed while it was read");
            var cells = line;
            var isDone = false;
            if (form.HasIndex)
                survey.Cells.Next(ref cells, ref isDone, out _);
            using var values = Matrix[row++];
            var span = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(values.bytes);
            for (var column = 0; column < span.Length; column++)
                if (survey.Cells.Next(ref cells, ref isDone, out var cell))
                    CsvCells.TryNumber(cell, out span[column]);
        }
    }
}
