using Orchestrator.Sweeps;
using Orchestrator.Training.Trials;
using static System.FormattableString;

namespace Orchestrator.Run;

/// <summary><c>sweep run --dry-run</c>: all that is looked at before a sweep begins, each distinct flow built, and a step of the smallest
/// and of the largest trained; nothing is written.</summary>
static class DryRun
{
    public static int Run(string file, DataFolder folder, TimeProvider time)
    {
        var spec = SweepInput.Read(file).Spec;
        var data = Preflight.Load(spec, folder);
        Preflight.Require(spec, data, folder);
        Preflight.RequireFork(spec, folder);
        try
        {
            var flows = FlowSize.Of(spec, data);
            var drawn = spec.Search.IsGrid ? "" : Invariant($", of the first {FlowSize.MostDraws} draws at most");
            Console.WriteLine(Invariant($"{spec.Name}: {flows.Count} distinct flow{(flows.Count == 1 ? "" : "s")} built{drawn}"));
            foreach (var (name, flow) in new[] { ("smallest", flows[0]), ("largest", flows[^1]) }.Take(flows.Count))
            {
                var seconds = FlowProbe.SecondsPerStep(flow.Trial, data, 1, time);
                Console.WriteLine(
                    Invariant($"the {name}: {flow.Parameters:N0} parameters, one step of {flow.Trial.Settings.Training.BatchSize} images ")
                        + Invariant($"trained in {seconds:F2} s")
                );
            }
        }
        catch (TrialFailure failure)
        {
            throw new CommandException(ExitCode.BadCall, $"{failure.Message}\nNothing was started.");
        }

        Console.WriteLine("Nothing was started, nothing is written.");
        return ExitCode.Done;
    }
}
