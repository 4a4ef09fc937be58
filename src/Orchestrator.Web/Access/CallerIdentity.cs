using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Web.Access;

/// <summary>Tells who a caller of <c>/api</c> is: by the token that it shows, or as a program on this machine.</summary>
/// <param name="trustLoopback">A program on this machine needs no token while there are none. A port forward or proxy on this machine looks
/// like one.</param>
sealed class CallerIdentity(TokenFile tokens, bool allowPlain, bool trustLoopback)
{
    // Type of the claim that has it.
    const string Owner = "owner";

    const string NoToken =
        "a token is needed, as 'Authorization: Bearer …' (the command line takes it from the variable ORCHESTRATOR_TOKEN); 'orchestrator "
        + "token create' makes one";

    /// <returns>The <see cref="ApiToken.Owner"/> of the token that a request was let in with; null where it showed none.</returns>
    public static string? OwnerOf(HttpRequest request) => request.HttpContext.User.FindFirst(Owner)?.Value;

    /// <returns>Who it is, with its <see cref="AccessRole"/>; or an <see cref="AccessRefusal"/>.</returns>
    public AuthenticateResult Of(Caller caller)
    {
        if (!caller.Reads && caller.IsCrossSite)
            return Refuse(StatusCodes.Status403Forbidden, "a page of another site may not change anything here");
        if (trustLoopback && caller.IsLocal && caller.Token is null && !tokens.Exists)
            return Admit("a caller on this machine", AccessRole.Operator);
        if (!caller.IsPrivate && !allowPlain)
        {
            return Refuse(
                StatusCodes.Status403Forbidden,
                "the API answers callers on other machines over HTTPS only; set http.tls.certificate and http.tls.key, or call it on its "
                    + "own machine by number (http://127.0.0.1)"
            );
        }

        if (caller.Token is null)
            return Refuse(StatusCodes.Status401Unauthorized, NoToken, challenge: "Bearer");
        try
        {
            return tokens.Find(caller.Token) is { } token
                ? Admit($"token {token.Id}", token.Role, token.Owner)
                : Refuse(
                    StatusCodes.Status401Unauthorized,
                    "the token is not known, or was revoked",
                    challenge: "Bearer error=\"invalid_token\""
                );
        }
        catch (TokenFileException error)
        {
            return AuthenticateResult.Fail(
                new AccessRefusal(
                    StatusCodes.Status503ServiceUnavailable,
                    "the tokens cannot be read; the coordinator's log says why",
                    inner: error
                )
            );
        }
    }

    /// <param name="owner">Whose sweeps those are that it submits; null where it shows no token.</param>
    static AuthenticateResult Admit(string name, AccessRole role, string? owner = null) =>
        AuthenticateResult.Success(
            new AuthenticationTicket(
                new ClaimsPrincipal(
                    new ClaimsIdentity(
                        [
                            new Claim(ClaimTypes.Name, name),
                            new Claim(ClaimTypes.Role, role.ToString()),
                            .. owner is null ? Array.Empty<Claim>() : [new Claim(Owner, owner)],
                        ],
                        TokenAuthentication.SchemeName
                    )
                ),
                TokenAuthentication.SchemeName
            )
        );

    static AuthenticateResult Refuse(int status, string detail, string? challenge = null) =>
        AuthenticateResult.Fail(new AccessRefusal(status, detail, challenge));
}

/// <summary>Why somebody is not let in.</summary>
/// <param name="status">The status code of the answer.</param>
/// <param name="challenge">How the caller may show who it is; null where that would not help.</param>
/// <param name="inner">For the operator of the node.</param>
sealed class AccessRefusal(int status, string detail, string? challenge = null, Exception? inner = null) : Exception(detail, inner)
{
    public int Status => status;

    public string? Challenge => challenge;
}
