using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Doctor;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>doctor</c>: what this machine lacks for a sweep, or for a node of the given settings.</summary>
static class DoctorCommand
{
    public static Command Create(TimeProvider time)
    {
        var json = new Option<bool>("--json") { Description = "One JSON document on standard output, nothing else there" };
        var command = NodeFlags.AddTo(
            new Command(
                "doctor",
                "Look whether this machine has what a sweep needs, or a node of these settings (those of 'node start'); nothing is changed"
            )
            {
                json,
            }
        );
        command.SetAction(
            (parsed, _) =>
                NodeFlags.Checked(async () =>
                {
                    var layers = NodeFlags.Layers(parsed);
                    var isNode = !layers[NodeSettingTable.Role].Values.IsEmpty;
                    if (!isNode)
                        layers.WithFlag(NodeSettingTable.Role, Enum.GetNames<NodeRole>());
                    var findings = await Examination.OfMachineAsync(NodeSettings.From(layers, time), isNode, time);
                    Print(findings, parsed.GetValue(json));
                    return findings.Any(finding => finding.Verdict == Verdict.Problem) ? ExitCode.Failed : ExitCode.Done;
                })
        );
        return command;
    }

    static void Print(ImmutableArray<Finding> findings, bool json)
    {
        var (problems, warnings) = (Count(Verdict.Problem), Count(Verdict.Warning));
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        problems,
                        warnings,
                        findings,
                    },
                    OrchestratorJson.Indented
                )
            );
            return;
        }

        var width = findings.Max(finding => finding.Check.Length);
        foreach (var finding in findings)
        {
            Console.WriteLine($"{FindingText.Word(finding.Verdict), -7}  {finding.Check.PadRight(width)}  {finding.Found}");
            if (finding.Remedy is { } remedy)
                Console.WriteLine($"{new string(' ', 7 + 2 + width)}  → {remedy}");
        }

        Console.WriteLine(
            $"{findings.Length} lines: {problems} problem{(problems == 1 ? "" : "s")}, {warnings} warning{(warnings == 1 ? "" : "s")}"
        );

        int Count(Verdict verdict) => findings.Count(finding => finding.Verdict == verdict);
    }
}
