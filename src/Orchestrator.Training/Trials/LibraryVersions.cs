using System.Collections.Immutable;
using System.Reflection;
using TorchSharp;

namespace Orchestrator.Training.Trials;

/// <summary>What a result was computed with, by library.</summary>
public static class LibraryVersions
{
    public static ImmutableSortedDictionary<string, string> All { get; } =
        ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("dotnet", Environment.Version.ToString()),
                KeyValuePair.Create("libtorch", torch.__version__),
                KeyValuePair.Create("orchestrator", Of(typeof(LibraryVersions))),
                KeyValuePair.Create("torchsharp", Of(typeof(torch))),
            ]
        );

    static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
