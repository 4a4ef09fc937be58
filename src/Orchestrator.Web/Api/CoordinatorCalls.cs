using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>Asks the active coordinator, wherever it is.</summary>
static class CoordinatorCalls
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30),
        AskAgain = TimeSpan.FromSeconds(1);

    /// <param name="health">The health of the journal here: where that is why nobody answers, the caller need not wait.</param>
    public static async Task<IResult> AskAsync(IRequiredActor<CoordinatorKey> coordinator, JournalHealth health, IProtocolMessage message)
    {
        if (message is not SweepProtocol.Describe && health.WhyUnwritable is not null && await health.ProblemAsync() is { } known)
            return NotKept(known);
        var active = await coordinator.GetAsync();
        // What is said to a coordinator that is just failing is lost; all that can be asked for may be asked twice.
        for (var left = Patience; left > TimeSpan.Zero; left -= AskAgain)
        {
            try
            {
                return Answer(await active.Ask<IProtocolMessage>(message, AskAgain));
            }
            catch (AskTimeoutException)
            {
                // the next one may be there by now
                if (health.WhyUnwritable is { } reason)
                    return NotKept(reason);
            }
        }

        return ProblemResponses.Create(
            StatusCodes.Status503ServiceUnavailable,
            "no coordinator answered; nothing is known to have happened, and the same request may be sent again"
        );
    }

    static IResult NotKept(string reason) =>
        ProblemResponses.Create(
            StatusCodes.Status503ServiceUnavailable,
            $"{reason}; the same request may be sent again when that is mended"
        );

    static IResult Answer(IProtocolMessage answer) =>
        answer switch
        {
            SweepProtocol.Accepted accepted => Results.Json(new { id = accepted.Sweep }, OrchestratorJson.Indented),
            SweepProtocol.Description description => Results.Json(description, OrchestratorJson.Indented),
            SweepProtocol.NotFound missing => ApiResults.NoSweep(missing.Sweep),
            SweepProtocol.Refused refused => ProblemResponses.Create(StatusCodes.Status409Conflict, refused.Reason),
            _ => throw new InvalidOperationException($"unexpected answer {answer.GetType().Name}"),
        };
}
