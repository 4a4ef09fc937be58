using System.Text.Encodings.Web;
using Akka.Event;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Access;

/// <summary>The framework's authentication by <see cref="CallerIdentity"/>: whoever is refused is told why in a problem document.</summary>
sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    CallerIdentity identity
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(identity.Of(Caller.From(Context)));

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refusal = (AccessRefusal)(await HandleAuthenticateOnceAsync()).Failure!;
        if (refusal.InnerException is { } error)
            Context.Log().Error("{0}", error.Message);
        if (refusal.Challenge is { } challenge)
            Response.Headers.WWWAuthenticate = challenge;
        await ProblemResponses.Create(refusal.Status, refusal.Message).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemResponses
            .Create(StatusCodes.Status403Forbidden, $"the {Context.User.Identity?.Name} is a viewer's: it reads, and changes nothing")
            .ExecuteAsync(Context);
}
