using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Files;

/// <summary>Opens files that come from outside: regular ones only, up to a largest size. A pipe would wait for ever, a device never
/// end.</summary>
public static class RegularFile
{
    /// <summary>No more than this is ever read through the stream, however the file grows meanwhile.</summary>
    /// <param name="most">Largest size, in bytes.</param>
    /// <exception cref="IOException">Not there, no regular file, empty, larger, or not readable.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path, long most)
    {
        if (PathFacts.Of(path).Kind is not PathKind.RegularFile and var kind)
            throw new IOException($"{Named(kind)}; expected a regular file");
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // The kernel's own files (/proc) say 0 too, and hold anything.
        var fault =
            file.Length == 0 ? "the file is empty: found 0 bytes"
            : file.Length > most ? $"the file has {ByteSize.Text(file.Length)}; at most {ByteSize.Text(most)} are read"
            : null;
        if (fault is null)
            return file;
        file.Dispose();
        throw new InvalidDataException(fault);
    }

    /// <returns>The whole content.</returns>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAll(string path, long most)
    {
        using var file = Open(path, Math.Min(most, Array.MaxLength));
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    static string Named(PathKind kind) =>
        kind switch
        {
            PathKind.Folder => "a folder",
            PathKind.NamedPipe => "a named pipe",
            PathKind.Socket => "a socket",
            _ => "a device",
        };
}
