namespace Orchestrator;

/// <summary>Exit codes of every verb but <c>trial run</c> and <c>trial evaluate</c>, which say the cause.</summary>
static class ExitCode
{
    public const int Done = 0,
        Failed = 1,
        BadCall = 2,
        NotFound = 3,
        NoCoordinator = 4,
        Interrupted = 130;
}

/// <summary>Ends the command with a message on standard error and an exit code.</summary>
sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
