using System.Collections.Immutable;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Looks at one thing that a node needs.</summary>
/// <param name="Name">Of its finding, where it comes to none of its own.</param>
/// <param name="Limit">How long it may take.</param>
/// <param name="IfSilent">What to do where it takes longer.</param>
public sealed record Check(string Name, TimeSpan Limit, string IfSilent, Func<CancellationToken, Task<IEnumerable<Finding>>> LookAsync)
{
    /// <summary>Time for what usually answers at once.</summary>
    public static TimeSpan Moment { get; } = TimeSpan.FromSeconds(10);

    public Check(string name, string ifSilent, Func<IEnumerable<Finding>> look)
        : this(name, Moment, ifSilent, _ => Task.FromResult<IEnumerable<Finding>>([.. look()])) { }

    /// <summary>Does all checks side by side. One that hangs, or fails in a way it does not know, is a problem.</summary>
    /// <returns>In the order of the checks.</returns>
    public static async Task<ImmutableArray<Finding>> AllAsync(IEnumerable<Check> checks, TimeProvider time) =>
        [.. (await Task.WhenAll(checks.Select(check => check.ResultAsync(time))).ConfigureAwait(false)).SelectMany(findings => findings)];

    async Task<IEnumerable<Finding>> ResultAsync(TimeProvider time)
    {
        using var over = new CancellationTokenSource(Limit, time);
        // Each on a thread of its own: one that a dead network folder holds for ever holds up nobody else.
        var look = Task.Factory.StartNew(
            () => LookAsync(over.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        try
        {
            return await look.Unwrap().WaitAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return
            [
                new Finding(Name, Verdict.Problem, FormattableString.Invariant($"no answer within {Limit.TotalSeconds:0.#} s"), IfSilent),
            ];
        }
        catch (Exception error)
        {
            return
            [
                new Finding(
                    Name,
                    Verdict.Problem,
                    $"could not be examined: {error.GetBaseException().Message.ReplaceLineEndings(" ")}",
                    "please report it where this is no fault of the machine"
                ),
            ];
        }
    }
}
