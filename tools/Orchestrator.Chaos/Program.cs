using System.CommandLine;
using Orchestrator.Chaos;

var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "Of the plan of faults" };
var faults = new Option<int>("--faults") { DefaultValueFactory = _ => 100, Description = "How many, one after the other" };
var trials = new Option<int>("--trials") { DefaultValueFactory = _ => 24, Description = "Of each sweep; a multiple of 3" };
var epochs = new Option<int>("--epochs") { DefaultValueFactory = _ => 60, Description = "Of each trial" };
var program = new Option<string>("--program") { Required = true, Description = "The orchestrator's executable" };
var work = new Option<string>("--work")
{
    DefaultValueFactory = _ => Directory.CreateTempSubdirectory("chaos-").FullName,
    Description = "Folder of logs, journal and data",
};
var table = new Option<string?>("--table") { Description = "Write the table into this file too" };
var reference = new Option<string?>("--reference")
{
    Description = "Folder that keeps the undisturbed sweep, for other seeds to use again",
};
var loopback = new Option<bool>("--loopback") { Description = "No network namespaces, even where they are allowed" };
var root = new RootCommand("Breaks a real cluster on this machine while it runs sweeps, and checks that nothing is lost or counted twice.")
{
    seed,
    faults,
    trials,
    epochs,
    program,
    work,
    table,
    reference,
    loopback,
};
root.SetAction(
    async (parsed, _) =>
    {
        var problems = await ChaosRun.RunAsync(
            new ChaosOptions(
                parsed.GetValue(seed),
                parsed.GetValue(faults),
                parsed.GetValue(trials),
                parsed.GetValue(epochs),
                Path.GetFullPath(parsed.GetRequiredValue(program)),
                Path.GetFullPath(parsed.GetRequiredValue(work)),
                parsed.GetValue(table),
                parsed.GetValue(reference),
                parsed.GetValue(loopback)
            ),
            line => Console.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {line}")
        );
        return problems.Count == 0 ? 0 : 1;
    }
);
return await root.Parse(args).InvokeAsync();
