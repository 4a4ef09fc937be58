using System.CommandLine;
using System.Text.Json;
using Orchestrator.Remote;
using Orchestrator.Reports.Views;
using Orchestrator.Slurm;
using Orchestrator.Sweeps;
using static System.FormattableString;

namespace Orchestrator.Commands;

/// <summary><c>slurm scale</c>: more elements for a job array's cluster, while trials wait.</summary>
static class SlurmCommands
{
    static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    public static Command Create(TimeProvider time) => new("slurm", "A cluster that is a job array of Slurm") { Scale(time) };

    static Command Scale(TimeProvider time)
    {
        var array = new Argument<int>("job") { Description = "Number of the job array in which the cluster began" };
        var options = new Argument<string[]>("options")
        {
            Description = "Further options of sbatch, behind --: -- --cpus-per-task=4 --partition=short",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var most = new Option<int>("--max")
        {
            Description = "How many elements there may be at once, those of the array among them",
            Required = true,
        };
        var script = new Option<string>("--script")
        {
            Description = "The job script, submitted with the variables of this process: DATA, CERTS, SBATCH_PARTITION, …",
            DefaultValueFactory = _ => "cluster/slurm/orchestrator.sbatch",
        };
        var once = new Option<bool>("--once")
        {
            Description = "Look once and leave, for a timer of your own; else once a minute, until the array has ended",
        };
        var command = new Command(
            "scale",
            "Submit more elements to a cluster on Slurm whenever trials wait; those without work leave by the setting 'idle-minutes'"
        )
        {
            array,
            options,
            most,
            script,
            once,
            SweepCommands.RequiredServer(),
            SweepCommands.Insecure,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var path = parsed.GetRequiredValue(script);
                if (!File.Exists(path))
                    throw new CommandException(ExitCode.BadCall, $"--script: {path} is not there");
                if (Array.Find(["DATA", "CERTS"], name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) is { } missing)
                    throw new CommandException(
                        ExitCode.BadCall,
                        $"{missing} is not set: the elements need the variables that the array was submitted with"
                    );
                using var cluster = SweepCommands.Cluster(parsed)!;
                var queue = new SlurmQueue(parsed.GetRequiredValue(array));
                Task<string?> LookAsync() =>
                    GrowAsync(cluster, queue, [.. parsed.GetValue(options) ?? [], path], parsed.GetRequiredValue(most), cancel);
                return parsed.GetValue(once) ? Told(await LookAsync()) : await WatchAsync(LookAsync, time, cancel);
            }
        );
        return command;
    }

    static async Task<int> WatchAsync(Func<Task<string?>> look, TimeProvider time, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                Told(await look());
            }
            catch (CommandException error) when (error.ExitCode is ExitCode.NoCoordinator or ExitCode.Failed)
            {
                // A coordinator that moves, or a queue that is busy, answers later.
                Console.Error.WriteLine(error.Message);
            }

            await Task.Delay(LookAgain, time, cancel);
        }
    }

    static int Told(string? done)
    {
        if (done is not null)
            Console.WriteLine(done);
        return ExitCode.Done;
    }

    /// <returns>What was done; null where nothing was.</returns>
    static async Task<string?> GrowAsync(
        CoordinatorClient cluster,
        SlurmQueue queue,
        IReadOnlyList<string> call,
        int most,
        CancellationToken cancel
    )
    {
        var elements = await queue.ElementsAsync(cancel);
        var sweeps = JsonSerializer.Deserialize<SweepOverviews>(await cluster.ListAsync(cancel), OrchestratorJson.Compact)!;
        var waiting = ArrayScale.Waiting(sweeps.Sweeps);
        var missing = ArrayScale.Missing(waiting, elements, most);
        if (missing == 0)
            return null;
        var job = await queue.SubmitAsync(missing, call, cancel);
        return Invariant($"submitted {missing} elements as job {job}: {waiting} trials wait, {elements.Running} elements run");
    }
}
