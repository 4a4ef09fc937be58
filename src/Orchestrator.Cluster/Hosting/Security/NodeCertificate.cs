using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Hosting;

namespace Orchestrator.Cluster.Hosting.Security;

/// <summary>Mutual TLS between nodes: each shows a certificate of the cluster's own authority, and talks to nobody who does not.</summary>
public sealed class NodeCertificate
{
    readonly X509Certificate2 _own;
    readonly X509Certificate2Collection _authority;

    NodeCertificate(X509Certificate2 own, X509Certificate2Collection authority)
    {
        _own = own;
        _authority = authority;
    }

    /// <param name="authority">PEM file of the certificate authority.</param>
    /// <param name="certificate">PEM file of this node's certificate.</param>
    /// <param name="key">PEM file of its private key.</param>
    /// <exception cref="NodeSettingException">A file cannot be read, or this node's own certificate would be refused by the others.</exception>
    public static NodeCertificate Load(string authority, string certificate, string key, TimeProvider time)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(authority);
            using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
            // Read again as PKCS #12: a key that lives only in memory is not accepted by every TLS implementation.
            var loaded = new NodeCertificate(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), roots);
            return loaded.Refusal(loaded._own, time.GetUtcNow()) is { } refusal
                ? throw new NodeSettingException($"tls.certificate: {certificate} would be refused by every other node: {refusal}")
                : loaded;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NodeSettingException($"tls: {authority}, {certificate} and {key} cannot be used: {error.Message}");
        }
    }

    public SslOptions ToOptions(TimeProvider time) => new()
    {
        X509Certificate = _own,
        SuppressValidation = false,
        RequireMutualAuthentication = true,
        ValidateCertificateHostname = false,
        CustomValidator = (peer, _, address, _, log) => Accepts(peer, address, log, time),
    };

    /// <summary>Why a peer's certificate is refused; null where it is accepted.</summary>
    public string? Refusal(X509Certificate2? peer, DateTimeOffset now)
    {
        if (peer is null) return "no certificate was shown";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;   // a node is shut out by making a new authority
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(peer) ? null : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
    }

    bool Accepts(X509Certificate2? peer, string address, ILoggingAdapter log, TimeProvider time)
    {
        if (Refusal(peer, time.GetUtcNow()) is not { } refusal) return true;
        log.Warning("{0} ({1}) is refused: {2}", address, peer?.Subject ?? "no certificate", refusal);
        return false;
    }
}
