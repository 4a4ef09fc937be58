using System.CommandLine;
using Orchestrator.Attack;

var program = new Option<string>("--program") { Required = true, Description = "The orchestrator's executable" };
var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 20, Description = "How long each flood lasts" };
var isShort = new Option<bool>("--short")
{
    Description = "Floods of a second, and the speed of training does not count: what a test beside others can hold",
};
var page = new Option<string?>("--page") { Description = "Write the table between the marks of this page too" };
var root = new RootCommand(
    "Does to a node on this machine what a stranger could, on loopback alone, and says what it cost. Ends by itself."
)
{
    program,
    seconds,
    isShort,
    page,
};
root.SetAction(
    async (parsed, cancel) =>
    {
        var outcomes = await AttackRun.RunAsync(
            Path.GetFullPath(parsed.GetRequiredValue(program)),
            TimeSpan.FromSeconds(parsed.GetValue(isShort) ? 1 : parsed.GetValue(seconds)),
            isTimed: !parsed.GetValue(isShort),
            Console.Error.WriteLine,
            cancel
        );
        var table = OutcomeTable.From(outcomes);
        Console.Write(table);
        if (parsed.GetValue(page) is { } file)
            OutcomeTable.WriteInto(file, table);
        return outcomes.All(outcome => outcome.Held) ? 0 : 1;
    }
);
return await root.Parse(args).InvokeAsync();
