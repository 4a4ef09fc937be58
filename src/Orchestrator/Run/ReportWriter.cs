using System.Reflection;
using System.Runtime.InteropServices;
using Orchestrator.Cluster.Devices;
using Orchestrator.Reports.Html;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Run;

/// <summary>Writes the report with what this program knows of itself and the machine.</summary>
static class ReportWriter
{
    /// <param name="file">Where the page goes; null: into the sweep's folder.</param>
    /// <param name="command">What goes on with the sweep; null where only its folder is known.</param>
    /// <returns>Path of the page.</returns>
    /// <param name="beside">Sweeps to compare it with.</param>
    public static string Write(
        SweepState state,
        DataFolder folder,
        TimeProvider time,
        string? file = null,
        string? command = null,
        IEnumerable<SweepState>? beside = null
    ) =>
        HtmlReport.Write(
            state,
            folder,
            new ReportContext(
                Version(typeof(ReportWriter)),
                time.GetUtcNow(),
                command ?? ShellCommand.Of("sweep", "run", folder.SweepFile(state.Spec.Name), "--data-dir", folder.Root),
                [
                    new EnvironmentFact(".NET", Environment.Version.ToString()),
                    new EnvironmentFact("TorchSharp", Version(typeof(TorchSharp.torch))),
                    new EnvironmentFact("Akka.NET", Version(typeof(Akka.Actor.ActorSystem))),
                    new EnvironmentFact("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
                    new EnvironmentFact(
                        "Cores",
                        DeviceInventory.WithoutGpus.Cores.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    ),
                ]
            )
            {
                Beside = [.. beside ?? []],
            },
            file
        );

    static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
