using System.CommandLine;
using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Web.Access;

namespace Orchestrator.Commands;

/// <summary><c>token …</c>: who may use the HTTP API from other machines. The coordinators of the data folder see every change at
/// once.</summary>
static class TokenCommands
{
    static readonly Option<string> DataDirectory = new("--data-dir")
    {
        Description = "Data folder of the coordinators",
        DefaultValueFactory = _ => SweepCommands.DefaultDataFolder,
    };
    static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there" };

    public static Command Create(TimeProvider time) =>
        new("token", "Who may use the HTTP API from other machines") { Make(time), List(), Revoke(), Quota() };

    static Command Make(TimeProvider time)
    {
        var role = new Option<AccessRole>("--role") { Description = "viewer (reads) or operator (does everything)", Required = true };
        var name = new Option<string?>("--name") { Description = "Who or what it is for" };
        var command = new Command("create", "Make a token and print it: it is shown once and kept nowhere")
        {
            role,
            name,
            DataDirectory,
            Json,
        };
        command.SetAction(parsed =>
            Checked(() =>
            {
                var (secret, token) = Tokens(parsed).Create(parsed.GetValue(role), parsed.GetValue(name), time.GetUtcNow());
                if (parsed.GetValue(Json))
                {
                    Console.WriteLine(
                        JsonSerializer.Serialize(
                            new
                            {
                                token = secret,
                                token.Id,
                                token.Role,
                                token.Name,
                            },
                            OrchestratorJson.Indented
                        )
                    );
                    return ExitCode.Done;
                }

                Console.Error.WriteLine($"token {token.Id}, {RoleName(token)}; this is the only time it is shown:");
                Console.WriteLine(secret);
                return ExitCode.Done;
            })
        );
        return command;
    }

    static Command List()
    {
        var command = new Command("list", "Tokens: id, role, when made, name, quota") { DataDirectory, Json };
        command.SetAction(parsed =>
            Checked(() =>
            {
                var (tokens, quotas) = (Tokens(parsed).All(), Tokens(parsed).Quotas());
                if (parsed.GetValue(Json))
                    Console.WriteLine(
                        JsonSerializer.Serialize(
                            new
                            {
                                tokens = tokens.Select(token => new
                                {
                                    token.Id,
                                    token.Role,
                                    token.Name,
                                    token.CreatedAt,
                                    Quota = quotas.GetValueOrDefault(token.Owner),
                                }),
                            },
                            OrchestratorJson.Indented
                        )
                    );
                else
                    foreach (var token in tokens)
                        Console.WriteLine(
                            $"{token.Id}  {RoleName(token), -8}  {token.CreatedAt:yyyy-MM-dd HH:mm}  {token.Name}"
                                + (quotas.TryGetValue(token.Owner, out var quota) ? $"  ({StatusText.Of(quota)})" : "")
                        );
                return ExitCode.Done;
            })
        );
        return command;
    }

    static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "As 'token list' shows it" };
        var command = new Command("revoke", "Make a token worthless") { id, DataDirectory };
        command.SetAction(parsed =>
            Checked(() =>
            {
                var wanted = parsed.GetRequiredValue(id);
                return Tokens(parsed).Revoke(wanted)
                    ? ExitCode.Done
                    : throw new CommandException(ExitCode.NotFound, $"there is no token '{wanted}'; 'orchestrator token list' shows them");
            })
        );
        return command;
    }

    static Command Quota()
    {
        var name = new Argument<string>("name") { Description = "Name of the token, or its id where it has none" };
        var settings = new Argument<string[]>("settings")
        {
            Description = $"slots=4, gpu_hours=40, slot_hours=80; {Settable.None} for no bound",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "quota",
            "Show or change what all sweeps that are submitted with a token may have together: slots to train in at once, and hours in "
                + "all. Coordinators see it within seconds"
        )
        {
            name,
            settings,
            DataDirectory,
            Json,
        };
        command.SetAction(parsed =>
            Checked(() =>
            {
                var (tokens, owner) = (Tokens(parsed), parsed.GetRequiredValue(name));
                var values = SweepVerbCommands.Values(parsed.GetValue(settings) ?? [], TokenQuota.Faults, "slots=4");
                if (tokens.All().All(token => token.Owner != owner) && !tokens.Quotas().ContainsKey(owner))
                    throw new CommandException(ExitCode.NotFound, $"there is no token '{owner}'; 'orchestrator token list' shows them");
                var quota = values.IsEmpty
                    ? tokens.Quotas().GetValueOrDefault(owner, TokenQuota.Unlimited)
                    : tokens.SetQuota(owner, values);
                Console.WriteLine(
                    parsed.GetValue(Json)
                        ? JsonSerializer.Serialize(new { token = owner, quota }, OrchestratorJson.Indented)
                        : $"{owner}: {StatusText.Of(quota)}"
                );
                return ExitCode.Done;
            })
        );
        return command;
    }

    static int Checked(Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (TokenFileException error)
        {
            throw new CommandException(ExitCode.Failed, error.Message);
        }
    }

    static string RoleName(ApiToken token) => JsonNamingPolicy.SnakeCaseLower.ConvertName(token.Role.ToString());

    static TokenFile Tokens(ParseResult parsed) => new(new DataFolder(UserPath.Full(parsed.GetRequiredValue(DataDirectory))).Tokens);
}
