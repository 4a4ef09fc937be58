using System.Globalization;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>Whole journals, each written by the version in its name.</summary>
public sealed class SampleJournalSpecs : IDisposable
{
    readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sweep_of_version_0_1_0_is_read_as_it_was()
    {
        var folder = Unpack("0.1.0");
        Assert.Equal("tiny", Assert.Single(new JournalReader(new SqliteJournal(folder)).Sweeps()));
        var sweep = new JournalReader(new SqliteJournal(folder)).Sweep("tiny")!;
        Assert.Equal((SweepStatus.Completed, 4L), (sweep.Status, sweep.LastToken));
        Assert.Equal("2026-11-25T21:18:53.0044947Z", sweep.SubmittedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.Empty(sweep.Leases);
        Assert.Equal((7, "auto"), (sweep.Spec.Seed, sweep.Spec.Evaluation.Features));
        Assert.Collection(
            sweep.Trials,
            trial =>
                Check(
                    trial,
                    "0.001",
                    "8525b669baa7165c06127093ce2b544448ec0d17a94d6f124bbe421148bd596f",
                    4.201478396651249,
                    6.587506613959274
                ),
            trial =>
                Check(
                    trial,
                    "0.002",
                    "09542e84a14554aa98221376bc2eb06e1a09107f0a29c1de356586744519ba9f",
                    4.061465275103282,
                    6.364046819965164
                )
        );
    }

    [Fact]
    public void News_names_what_was_written_since_and_misses_nothing_that_is_late()
    {
        var reader = new JournalReader(new SqliteJournal(Unpack("0.1.0")));
        var all = reader.News(after: 0);
        Assert.Equal("tiny", Assert.Single(all.Sweeps));
        // A row of a lower number may still appear.
        Assert.Equal("tiny", Assert.Single(reader.News(all.Newest).Sweeps));
        var later = reader.News(all.Newest + 10_000);
        Assert.Equal(all.Newest + 10_000, later.Newest);
        Assert.Empty(later.Sweeps);
    }

    [Fact]
    public void There_is_no_news_where_there_is_no_journal() =>
        Assert.Empty(new JournalReader(new SqliteJournal(_directory.Data)).News(after: 0).Sweeps);

    static void Check(TrialState trial, string learningRate, string sha256, double bitsPerDim, double fid)
    {
        Assert.Equal(
            (TrialStatus.Completed, EvaluationStatus.Completed, 1, 1),
            (trial.Status, trial.Evaluation, trial.Attempts, trial.Evaluations)
        );
        Assert.Equal(learningRate, trial.Parameters["training.learning_rate"]);
        Assert.Equal([1, 2], trial.Curve.Select(report => report.Epoch));
        Assert.Equal(
            (sha256, 2, 38L, true),
            (trial.Checkpoint!.Sha256, trial.Checkpoint.Epoch, trial.Checkpoint.Step, trial.Checkpoint.Final)
        );
        Assert.Equal((bitsPerDim, fid), (trial.Scores!.Test.BitsPerDim, trial.Scores.Samples.Fid));
        Assert.Equal(["linear", "norm-corrected", "slerp", "variance-preserving"], trial.Scores.Interpolation.Keys);
        Assert.Equal("samples.png", trial.Scores.Sheets[0]);
    }

    /// <summary>A copy: opening a journal changes its file.</summary>
    DataFolder Unpack(string version)
    {
        var folder = _directory.Data;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Journal", "Samples", $"journal-{version}.db"), folder.Journal);
        return folder;
    }
}
