using System.CommandLine;
using System.Text.Json;
using Orchestrator.Sweeps;
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
        new("token", "Who may use the HTTP API from other machines") { Make(time), List(), Revoke() };

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
        var command = new Command("list", "Tokens: id, role, when made, name") { DataDirectory, Json };
        command.SetAction(parsed =>
            Checked(() =>
            {
                var tokens = Tokens(parsed).All();
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
                                }),
                            },
                            OrchestratorJson.Indented
                        )
                    );
                else
                    foreach (var token in tokens)
                        Console.WriteLine($"{token.Id}  {RoleName(token), -8}  {token.CreatedAt:yyyy-MM-dd HH:mm}  {token.Name}");
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
