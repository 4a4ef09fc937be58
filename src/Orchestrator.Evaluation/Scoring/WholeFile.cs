namespace Orchestrator.Evaluation.Scoring;

static class WholeFile
{
    /// <summary>Replaces a file at once: whoever reads it sees the old content or the new, whole.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }
}
