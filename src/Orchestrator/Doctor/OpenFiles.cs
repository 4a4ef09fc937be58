namespace Orchestrator.Doctor;

/// <summary>How many files this process may have open. .NET keeps each assembly open and has raised the limit as far as this user may;
/// below its need it says that an assembly is not there.</summary>
static class OpenFiles
{
    /// <summary>Measured, with room: 64 for the smallest command, 270 for a sweep with one slot, 8 for each
    /// more and its child that waits.</summary>
    public const int OfAnything = 128,
        OfNode = 512;

    const int OfSweep = 384,
        OfSlot = 16;

    /// <exception cref="CommandException">Fewer are allowed than a sweep needs (2).</exception>
    public static void RequireForSweep(int slots) =>
        Require(OfSweep + (OfSlot * slots), $"a sweep with {slots} slot{(slots == 1 ? "" : "s")}");

    /// <returns>What to say where fewer are allowed than are needed; null where all is well.</returns>
    public static string? Refusal(int needed, string what) =>
        Allowed is var allowed && allowed < (ulong)needed
            ? $"{what} needs {needed} open files, and this process may have {allowed}: raise the limit (ulimit -n {needed}; LimitNOFILE= "
                + "of a service, --ulimit nofile= of a container)"
            : null;

    /// <exception cref="CommandException">Fewer are allowed (2).</exception>
    public static void Require(int needed, string what)
    {
        if (Refusal(needed, what) is { } refusal)
            throw new CommandException(ExitCode.BadCall, refusal);
    }

    static ulong Allowed => ResourceLimit.OpenFiles ?? ulong.MaxValue;
}
