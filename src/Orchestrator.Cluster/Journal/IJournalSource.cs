using System.Data.Common;

namespace Orchestrator.Cluster.Journal;

/// <summary>Where sweeps are read from.</summary>
public interface IJournalSource
{
    /// <summary>Reads through an open connection; the reading may be done more than once, and the last one counts.</summary>
    /// <param name="none">The answer while there is no journal yet.</param>
    /// <exception cref="DbException">The database does not answer.</exception>
    /// <exception cref="JournalException">There is a journal that cannot be read.</exception>
    T Read<T>(T none, Func<DbConnection, T> read);
}

/// <summary>A journal that cannot be used: what is wrong with it, and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : DataFolderException(message, inner);
