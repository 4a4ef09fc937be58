using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>Agrees on an encrypted stream with another node: each side shows a certificate, and looks at that of the other.</summary>
sealed class MutualTls(NodeCertificate certificate, TimeProvider time)
{
    readonly SslStreamCertificateContext _own = SslStreamCertificateContext.Create(
        certificate.Own,
        additionalCertificates: null,
        offline: true
    );

    /// <exception cref="ConnectionException">The other side's certificate is refused.</exception>
    public Task<Stream> AsClientAsync(Stream plain, string host, CancellationToken cancel) =>
        AgreeAsync(
            plain,
            (stream, look) =>
                stream.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = host,
                        ClientCertificateContext = _own,
                        CertificateChainPolicy = certificate.Policy(time.GetUtcNow()),
                        RemoteCertificateValidationCallback = look,
                        AllowTlsResume = false,
                    },
                    cancel
                )
        );

    /// <exception cref="ConnectionException">The other side's certificate is refused.</exception>
    public Task<Stream> AsServerAsync(Stream plain, CancellationToken cancel) =>
        AgreeAsync(
            plain,
            (stream, look) =>
                stream.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = _own,
                        ClientCertificateRequired = true,
                        CertificateChainPolicy = certificate.Policy(time.GetUtcNow()),
                        RemoteCertificateValidationCallback = look,
                        AllowTlsResume = false,
                        AllowRenegotiation = false,
                    },
                    cancel
                )
        );

    async Task<Stream> AgreeAsync(Stream plain, Func<SslStream, RemoteCertificateValidationCallback, Task> agree)
    {
        var stream = new SslStream(plain);
        string? refusal = null;
        try
        {
            await agree(stream, (_, shown, _, _) => (refusal = certificate.Refusal(shown as X509Certificate2, time.GetUtcNow())) is null);
            return stream;
        }
        catch (AuthenticationException) when (refusal is not null)
        {
            await stream.DisposeAsync();
            throw new ConnectionException(ConnectionFailure.Certificate, $"its certificate is refused: {refusal}");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
