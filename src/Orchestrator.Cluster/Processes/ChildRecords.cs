using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Processes;

/// <summary>
/// Which children run, in the data folder: one that was stopped (SIGSTOP) when its node was killed does not hear of it, and would keep its
/// memory until it is continued. The next node that starts on this machine ends it.
/// </summary>
public sealed class ChildRecords
{
    readonly string? _folder;
    readonly ProcessIdentity? _self = ProcessIdentity.Of(Environment.ProcessId);

    public ChildRecords(DataFolder folder)
    {
        Folder = folder;
        _folder = ProcessIdentity.Scope is { } scope ? Path.Combine(folder.Children, scope) : null;
    }

    public DataFolder Folder { get; }

    /// <summary>Writes down a child, until it is forgotten. A record that cannot be written is done without.</summary>
    public void Remember(int child)
    {
        if (_folder is null || _self is not { } self || ProcessIdentity.Of(child) is not { } process)
            return;
        Try(() =>
        {
            Directory.CreateDirectory(_folder);
            File.WriteAllText(PathOf(child), string.Create(CultureInfo.InvariantCulture, $"{process.Started} {self.Id} {self.Started}\n"));
        });
    }

    public void Forget(int child)
    {
        if (_folder is not null)
            Try(() => File.Delete(PathOf(child)));
    }

    /// <summary>Ends the children of nodes of this machine that are gone.</summary>
    /// <returns>Their process ids.</returns>
    public ImmutableArray<int> EndLeftBehind()
    {
        var ended = ImmutableArray.CreateBuilder<int>();
        if (_folder is null || !Directory.Exists(_folder))
            return [];
        Try(() =>
        {
            foreach (var record in Directory.EnumerateFiles(_folder))
            {
                if (Read(record) is var (child, parent))
                {
                    if (parent.IsAlive)
                        continue;
                    if (child.IsAlive && PosixSignals.Kill(child.Id))
                        ended.Add(child.Id);
                }

                File.Delete(record);
            }
        });
        return ended.ToImmutable();
    }

    static (ProcessIdentity Child, ProcessIdentity Parent)? Read(string record)
    {
        var fields = File.ReadAllText(record).Split(' ', StringSplitOptions.TrimEntries);
        return
            fields.Length == 3
            && int.TryParse(Path.GetFileName(record), CultureInfo.InvariantCulture, out var child)
            && long.TryParse(fields[0], CultureInfo.InvariantCulture, out var started)
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)
            && long.TryParse(fields[2], CultureInfo.InvariantCulture, out var parentStarted)
            ? (new ProcessIdentity(child, started), new ProcessIdentity(parent, parentStarted))
            : null;
    }

    string PathOf(int child) => Path.Combine(_folder!, child.ToString(CultureInfo.InvariantCulture));

    static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a full or lost data folder is told where something depends on it
        }
    }
}
