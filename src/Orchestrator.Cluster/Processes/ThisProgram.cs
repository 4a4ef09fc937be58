using System.Collections.Immutable;
using System.Reflection;

namespace Orchestrator.Cluster.Processes;

/// <summary>What starts this program once more, whichever way it was started.</summary>
/// <param name="Arguments">What comes before the program's own arguments.</param>
public sealed record ThisProgram(string File, ImmutableArray<string> Arguments)
{
#pragma warning disable IL3000 // an empty path is what tells a single file from the rest
    public static ThisProgram Running { get; } =
        Of(
            Environment.ProcessPath ?? throw new ProgramException("this program does not know where its own executable is"),
            Assembly.GetEntryAssembly()?.Location ?? "",
            Words(),
            Environment.GetCommandLineArgs().Length - 1
        );
#pragma warning restore IL3000

    /// <param name="process">Path of the process's executable: our own, or .NET's (<c>dotnet x.dll</c>).</param>
    /// <param name="assembly">Path of the program's assembly; empty where it is inside the executable (a single file).</param>
    /// <param name="words">The whole command line; empty where the system does not tell it.</param>
    /// <param name="own">How many of them, from the end, are arguments of the program.</param>
    internal static ThisProgram Of(string process, string assembly, ImmutableArray<string> words, int own)
    {
        if (assembly.Length == 0 || !IsHost(process))
            return new ThisProgram(process, []);
        // Between dotnet and the assembly's name stand options of the host: exec, --roll-forward, --depsfile.
        var options = Math.Max(0, words.Length - own - 2);
        return new ThisProgram(process, [.. words.Skip(1).Take(options), assembly]);
    }

    // Also under another name: only the host has its own library beside it.
    static bool IsHost(string process) =>
        Path.GetFileNameWithoutExtension(process) == "dotnet"
        || Directory.Exists(Path.Combine(Path.GetDirectoryName(process)!, "host", "fxr"));

    static ImmutableArray<string> Words() =>
        OperatingSystem.IsLinux() ? [.. System.IO.File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0')] : [];
}

/// <summary>This program cannot be started as a child process; the message says how it was tried and what came of it.</summary>
public sealed class ProgramException(string message) : Exception(message);
