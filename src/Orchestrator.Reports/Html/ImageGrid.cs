using Orchestrator.Reports.Charts;
using Orchestrator.Sweeps;

namespace Orchestrator.Reports.Html;

/// <summary>One picture that an evaluation left.</summary>
/// <param name="Name">The file's name without its ending: what the picture shows.</param>
/// <param name="Path">Where the evaluation said it is.</param>
sealed record ImageGrid(TrialView Trial, string Name, string Path)
{
    /// <summary>The first bytes of every PNG file (ISO/IEC 15948, 5.2).</summary>
    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static IEnumerable<ImageGrid> Of(TrialView trial, string sweep, DataFolder folder)
    {
        var evaluation = folder.Evaluation(sweep, trial.State.Number, trial.State.Evaluations);
        return trial.State.Scores is not { Sheets: { IsDefault: false } sheets }
            ? []
            : sheets.Select(sheet =>
            {
                var path = System.IO.Path.Combine(evaluation, sheet);
                // The data folder may have moved since.
                if (!File.Exists(path))
                    path = System.IO.Path.Combine(evaluation, System.IO.Path.GetFileName(sheet));
                return new ImageGrid(trial, System.IO.Path.GetFileNameWithoutExtension(sheet), path);
            });
    }

    /// <returns>The picture as a data address; null where there is no readable PNG.</returns>
    public string? Inline()
    {
        try
        {
            var bytes = File.ReadAllBytes(Path);
            return bytes.AsSpan().StartsWith(Signature) ? $"data:image/png;base64,{Convert.ToBase64String(bytes)}" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
