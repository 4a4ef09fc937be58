using System.Globalization;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>A sweep that a test holds in its hand.</summary>
sealed class FakeSweep(string id, int trials, int finished, int epochs = 30)
{
    public const string File = "name: digits\ndataset: digits\nseed: 7\nparameters:\n  trial:\n    - base: { distribution: gaussian }\nsearch: { algorithm: grid }\n";

    public string Id => id;
    public string State { get; set; } = "running";
    public List<FakeRow> Rows { get; } = [.. Enumerable.Range(0, trials).Select(number => FakeRow.Of(number, finished, epochs))];
    public List<FakeEvent> Journal { get; } = [.. Enumerable.Range(1, 900).Select(sequence => FakeEvent.Of(sequence))];
    public string Log { get; set; } = string.Concat(Enumerable.Range(1, 40).Select(line => $"2026-11-24T09:{line:00}:00.000Z epoch {line}: validation {(1.7 + 3.0 / line).ToString("F4", CultureInfo.InvariantCulture)} bits/dim\n"));

    public object Summary() => new
    {
        id, name = id, State, dataset = "digits", seed = 7, submitted_at = "2026-11-24T08:00:00Z", ended_at = State is "completed" or "stopped" ? "2026-11-24T09:12:00Z" : null, trials = Rows.Count,
        counts = Counts(),
        evaluations = new { pending = Evaluated("pending"), running = Evaluated("running"), completed = Evaluated("completed"), failed = Evaluated("failed") },
        epochs_done = EpochsDone, epochs_total = (long)Rows.Count * epochs, eta_seconds = State == "running" ? 1260 : (double?)null, best = Best(),
        file = File, parameters = new[] { "base", "base.kappa", "flow.hidden", "training.learning_rate" },
    };

    public object Counts() => new { pending = In("pending"), running = In("running"), completed = In("completed"), failed = In("failed"), stopped = In("stopped") };

    public long EpochsDone => Rows.Sum(row => (long)row.Epochs);

    public object Detail(FakeRow row) => new
    {
        row.Id, row.State, row.Evaluation, row.Cause, row.Message, row.Parameters, row.Attempts, row.Epochs, row.EpochsTotal, row.TrainBitsPerDim, row.ValidationBitsPerDim, row.TestBitsPerDim, row.Fid, row.Kid,
        row.ImagesPerSecond, row.Node, row.Seconds,
        curve = Enumerable.Range(1, row.Epochs).Select(epoch => new
        {
            epoch, train_bits_per_dim = row.Bits(epoch) - 0.03, validation_bits_per_dim = row.Bits(epoch), learning_rate = 2e-3 * Math.Min(1, epoch / 3.0) * Math.Exp(-epoch / 40.0),
            gradient_norm = 0.4 + 2 * Math.Exp(-epoch / 4.0) + 0.1 * FakeRow.Noise(row.Number, epoch), images_per_second = 3300 + 200 * FakeRow.Noise(row.Number, epoch + 50), seconds = 6.1,
        }),
        ends = row.Attempts > 1 ? new Dictionary<string, int> { ["divergence"] = row.Attempts - 1 } : [],
        checkpoint = row.Epochs == 0 ? null : new { path = $"/data/sweeps/{id}/trials/{row.Id}/checkpoints/{row.Epochs * 22}", sha256 = new string('a', 40) + "0123456789abcdef01234567", epoch = row.Epochs },
        evaluation_scores = row.Fid is not { } fid ? null : new
        {
            features = new { name = "domain-cnn/digits", sha256 = "ab", layer = "pool" }, samples = new { n = 2000, fid, kid = row.Kid, kid_standard_error = 0.0011 }, round_trip_error = 3.1e-6,
            interpolation = new Dictionary<string, object>
            {
                ["linear"] = new { n = 1750, fid = fid * 1.31, kid = row.Kid * 1.4, kid_standard_error = 0.002, path_typicality = -4.21 },
                ["slerp"] = new { n = 1750, fid = fid * 1.05, kid = row.Kid * 1.1, kid_standard_error = 0.002, path_typicality = 0.13 },
            },
        },
        artifacts = row.Fid is null ? [] : new[] { "samples.png", "interpolation-linear.png", "interpolation-slerp.png" }.Select(name => new { name, bytes = 18_432, content_type = "image/png" }).ToArray(),
    };

    int In(string state) => Rows.Count(row => row.State == state);

    int Evaluated(string state) => Rows.Count(row => row.Evaluation == state);

    object? Best() => Rows.Where(row => row.TestBitsPerDim is not null).MinBy(row => row.ValidationBitsPerDim) is { } best
        ? new { trial = best.Id, best.ValidationBitsPerDim, best.TestBitsPerDim, best.Fid }
        : null;
}

sealed record FakeEvent(long Sequence, string At, string Type, string? Trial, string Text)
{
    static readonly string[] Types = ["lease_granted", "epoch_reported", "epoch_reported", "checkpoint_reported", "lease_ended", "trial_completed"];

    public static FakeEvent Of(long sequence)
    {
        var (type, trial) = (Types[sequence % 6], (sequence / 6 % 40).ToString("D4", CultureInfo.InvariantCulture));
        return new(sequence, $"2026-11-24T08:{sequence / 60 % 60:D2}:{sequence % 60:D2}Z", type, trial, type switch
        {
            "lease_granted" => "attempt 1 to 10.0.0.2:4053, slot 1", "epoch_reported" => "epoch 12: 1.842 bits per dimension", "checkpoint_reported" => "checkpoint of epoch 12, 1.9 MB", "lease_ended" => "attempt 1 ended: done", _ => "completed",
        });
    }
}
