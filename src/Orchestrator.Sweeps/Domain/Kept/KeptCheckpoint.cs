using System.Globalization;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain.Kept;

/// <summary>A trial's checkpoint in little room: of the path what all trials on a node share, and the hash in binary.</summary>
sealed class KeptCheckpoint
{
    // No file system has a path with either.
    const string Trial = "\0t",
        Step = "\0s";

    const int DigitsOfPart = 16;

    static readonly Pool<string> Shared = new();

    readonly string path;
    readonly (ulong First, ulong Second, ulong Third, ulong Last) sha256;

    // Where it is not the hexadecimal number that it should be.
    readonly string? otherSha256;
    readonly long step;
    readonly int epoch;
    readonly bool final;

    public KeptCheckpoint(CheckpointInfo checkpoint, int trial)
    {
        (epoch, step, final, Bytes, Stored) = (checkpoint.Epoch, checkpoint.Step, checkpoint.Final, checkpoint.Bytes, checkpoint.Stored);
        path = Shared.Of(Replaced(checkpoint.Path, FolderOf(trial), Trial, NameOf(step), Step));
        var parts = checkpoint.Sha256.Chunk(DigitsOfPart).Select(Number).ToList();
        if (parts is [var first, var second, var third, var last])
            sha256 = (first, second, third, last);
        if (HashText != checkpoint.Sha256)
            otherSha256 = checkpoint.Sha256;
    }

    public long Bytes { get; }

    /// <summary>Of all checkpoints of the trial.</summary>
    public long Stored { get; }

    public KeptCheckpoint(BinaryReader from)
    {
        path = Shared.Of(from.ReadString());
        sha256 = (from.ReadUInt64(), from.ReadUInt64(), from.ReadUInt64(), from.ReadUInt64());
        otherSha256 = from.ReadMaybeString();
        (step, Bytes, Stored) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (epoch, final) = (from.ReadInt32(), from.ReadBoolean());
    }

    public void Write(BinaryWriter to)
    {
        to.Write(path);
        to.Write(sha256.First);
        to.Write(sha256.Second);
        to.Write(sha256.Third);
        to.Write(sha256.Last);
        to.WriteMaybe(otherSha256);
        to.Write(step);
        to.Write(Bytes);
        to.Write(Stored);
        to.Write(epoch);
        to.Write(final);
    }

    public CheckpointInfo Of(int trial) =>
        new(Replaced(path, Trial, FolderOf(trial), Step, NameOf(step)), otherSha256 ?? HashText, epoch, step, final, Bytes)
        {
            Stored = Stored,
        };

    // The trial's folder stands in the path, and the checkpoint's, named by the step, at its end.
    static string Replaced(string path, string trial, string byTrial, string step, string byStep)
    {
        if (path.EndsWith(step, StringComparison.Ordinal))
            path = path[..^step.Length] + byStep;
        var at = path.LastIndexOf(trial, StringComparison.Ordinal);
        return at < 0 ? path : path[..at] + byTrial + path[(at + trial.Length)..];
    }

    static string FolderOf(int trial) => $"/{TrialId.Of(trial)}/";

    static string NameOf(long step) => step.ToString("D10", CultureInfo.InvariantCulture);

    static ulong Number(char[] digits) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : 0;

    string HashText =>
        string.Create(CultureInfo.InvariantCulture, $"{sha256.First:x16}{sha256.Second:x16}{sha256.Third:x16}{sha256.Last:x16}");
}
