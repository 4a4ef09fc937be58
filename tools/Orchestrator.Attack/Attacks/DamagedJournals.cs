using System.Runtime.CompilerServices;

namespace Orchestrator.Attack.Attacks;

/// <summary>Journals that are none, or no longer whole: a node must say so and end, rather than begin anew or be started again for
/// ever.</summary>
sealed class DamagedJournals : IAttack
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (
            var (what, content) in new (string, byte[])[]
            {
                ("text", [.. Enumerable.Repeat((byte)'x', 4096)]),
                ("cut after its head", [.. "SQLite format 3\0"u8, .. new byte[84]]),
                ("empty, beside sweeps", []),
            }
        )
        {
            var folder = Directory.CreateTempSubdirectory("journal-");
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "journal.db"), content, cancel);
            Directory.CreateDirectory(Path.Combine(folder.FullName, "sweeps", "old", "trials"));
            var ended = await Child.RunAsync(
                target.Program,
                ["node", "start", "--role", "coordinator", "--data-dir", folder.FullName, "--port", "0", "--http-port", "0"],
                Limit,
                cancel
            );
            folder.Delete(recursive: true);
            yield return new Outcome(
                $"a journal that is {what}",
                "one message, exit code 2",
                $"exit code {ended.Code} after {ended.Time.TotalSeconds:F1} s",
                ended.Code == 2 && !ended.Output.Contains("   at ", StringComparison.Ordinal)
            );
        }
    }
}
