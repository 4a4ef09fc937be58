namespace Orchestrator.Sweeps;

/// <summary>A path as a person writes it, in an option or a file that no shell has read.</summary>
public static class UserPath
{
    /// <summary>The path with a leading <c>~/</c> replaced by the home folder, as a shell would have done; otherwise as it is.</summary>
    /// <exception cref="UserPathException">The home of somebody else (<c>~name/…</c>), which only a shell knows, or a home that is not
    /// known.</exception>
    public static string Expand(string path)
    {
        if (!path.StartsWith('~'))
            return path;
        var name = path.Split('/', 2)[0];
        if (name.Length > 1)
            throw new UserPathException(
                $"'{path}': only a shell knows whose home '{name}' is; write the path out, or ./{path} for a folder of that name"
            );
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0
            ? home + path[1..]
            : throw new UserPathException($"'{path}': this user has no home folder; write the path out");
    }

    /// <summary>The absolute path of <see cref="Expand"/>.</summary>
    /// <exception cref="UserPathException">As of <see cref="Expand"/>; or it is empty or holds a NUL character.</exception>
    public static string Full(string path)
    {
        if (path.Length == 0)
            throw new UserPathException("expected a path, found ''");
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new UserPathException("expected a path, found one with a NUL character in it");
        return Path.GetFullPath(Expand(path));
    }
}

/// <summary>A path that cannot be meant as it is written; the message says what to write.</summary>
public sealed class UserPathException(string message) : Exception(message);
