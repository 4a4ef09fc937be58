using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Cluster.Certificates;

/// <summary>Mutual TLS between nodes: each shows a certificate of the cluster's own authority, and talks to nobody who does not.</summary>
public sealed class NodeCertificate
{
    readonly X509Certificate2Collection _authority;

    NodeCertificate(X509Certificate2 own, X509Certificate2Collection authority)
    {
        Own = own;
        _authority = authority;
    }

    /// <summary>The node's certificate, with its private key.</summary>
    internal X509Certificate2 Own { get; }

    /// <param name="authority">PEM file of the certificate authority.</param>
    /// <param name="certificate">PEM file of this node's certificate.</param>
    /// <param name="key">PEM file of its private key.</param>
    /// <exception cref="NodeSettingException">A file cannot be read, or this node's own certificate would be refused by the
    /// others.</exception>
    public static NodeCertificate Load(string authority, string certificate, string key, TimeProvider time)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(authority);
            using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
            // Read again as PKCS #12: a key that lives only in memory is not accepted by every TLS implementation.
            var loaded = new NodeCertificate(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), roots);
            return loaded.Refusal(loaded.Own, time.GetUtcNow()) is { } refusal
                ? throw new NodeSettingException($"tls.certificate: {certificate} would be refused by every other node: {refusal}")
                : loaded;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NodeSettingException($"tls: {authority}, {certificate} and {key} cannot be used: {error.Message}");
        }
    }

    /// <summary>Why a peer's certificate is refused; null where it is accepted.</summary>
    public string? Refusal(X509Certificate2? peer, DateTimeOffset now)
    {
        if (peer is null)
            return "no certificate was shown";
        using var chain = new X509Chain { ChainPolicy = Policy(now) };
        try
        {
            return chain.Build(peer)
                ? null
                : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
        }
        catch (CryptographicException error)
        {
            return error.Message; // a stranger may show anything
        }
    }

    /// <summary>Only the cluster's own authority vouches for anybody, and nothing is fetched to find out.</summary>
    internal X509ChainPolicy Policy(DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // a node is shut out by making a new authority
            VerificationTime = now.UtcDateTime,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authority);
        return policy;
    }
}
