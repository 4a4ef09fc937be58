using System.Globalization;

namespace Orchestrator.Sweeps;

/// <summary>Where things are in a data folder. Names only; nothing is read or written here.</summary>
/// <param name="Root">Absolute path of the data folder.</param>
public sealed record DataFolder(string Root)
{
    const string DatasetsName = "datasets";

    public string Journal => Path.Combine(Root, "journal.db");
    public string Lock => Path.Combine(Root, "lock");
    public string LockHolder => Path.Combine(Root, "lock.holder");
    public string Log => Path.Combine(Root, "orchestrator.log");

    /// <summary>Which child processes run, for whoever starts after a node that was killed.</summary>
    public string Children => Path.Combine(Root, "children");

    /// <summary>Who may use the HTTP API.</summary>
    public string Tokens => Path.Combine(Root, "tokens.json");

    /// <summary>The channels by which people are told of sweeps, where the setting <c>notify</c> names no other file.</summary>
    public string Channels => Path.Combine(Root, "notify.conf");

    /// <summary>Data sets that were fetched.</summary>
    public string Datasets => Path.Combine(Root, DatasetsName);

    /// <summary>Feature networks and reference statistics, shared by all evaluations.</summary>
    public string Features => Path.Combine(Root, "features");

    /// <summary>The data folder whose <see cref="Datasets"/> this is; null where it is none's.</summary>
    public static DataFolder? Of(string datasets) =>
        Path.GetFileName(datasets) == DatasetsName && Path.GetDirectoryName(datasets) is { Length: > 0 } root ? new DataFolder(root) : null;

    public string Sweeps => Path.Combine(Root, "sweeps");

    public string Sweep(string sweep) => Path.Combine(Sweeps, sweep);

    public string SweepFile(string sweep) => Path.Combine(Sweep(sweep), "sweep.yaml");

    public string Report(string sweep) => Path.Combine(Sweep(sweep), "report", "index.html");

    public string Trial(string sweep, int trial) => Path.Combine(Sweep(sweep), "trials", TrialId.Of(trial));

    /// <summary>An attempt's own folder: an orphan of an earlier attempt can never write into a later one's.</summary>
    public string Attempt(string sweep, int trial, int attempt) => Path.Combine(Trial(sweep, trial), Numbered("attempt", attempt));

    public string Evaluation(string sweep, int trial, int evaluation) =>
        Path.Combine(Trial(sweep, trial), Numbered("evaluation", evaluation));

    static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
}
