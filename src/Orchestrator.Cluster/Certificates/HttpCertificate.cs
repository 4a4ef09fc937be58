using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Cluster.Certificates;

/// <summary>What a node shows to those who call it over HTTPS.</summary>
/// <param name="Chain">Certificates between it and an authority that callers know; may be empty.</param>
public sealed record HttpCertificate(X509Certificate2 Own, X509Certificate2Collection Chain)
{
    /// <param name="certificate">PEM file of the certificate, then of those that vouch for it.</param>
    /// <param name="key">PEM file of its private key.</param>
    /// <exception cref="NodeSettingException">A file cannot be read, or the certificate is past its date.</exception>
    public static HttpCertificate Load(string certificate, string key, TimeProvider time)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
            chain.RemoveAt(0);
            // Read again as PKCS #12: a key that lives only in memory is not accepted by every TLS implementation.
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            return own.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime
                ? new HttpCertificate(own, chain)
                : throw new NodeSettingException(
                    $"http.tls.certificate: {certificate} is past its date ({own.NotAfter.ToUniversalTime():yyyy-MM-dd}); make a new one"
                );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NodeSettingException($"http.tls: {certificate} and {key} cannot be used: {error.Message}");
        }
    }
}
