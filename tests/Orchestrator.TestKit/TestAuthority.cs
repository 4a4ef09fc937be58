using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.TestKit;

/// <summary>A certificate authority of a test, and files of the certificates it makes.</summary>
public sealed class TestAuthority : IDisposable
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    readonly TemporaryFolder _folder = new();
    readonly X509Certificate2 _own;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _own = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        File.WriteAllText(AuthorityFile, _own.ExportCertificatePem());
    }

    public string AuthorityFile => _folder.At("authority.pem");

    /// <returns>Files of certificate and key.</returns>
    public (string Certificate, string Key) Issue(string name, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var issued = request.Create(
            _own,
            Now.AddYears(-1),
            expired ? Now.AddDays(-1) : Now.AddYears(1),
            RandomNumberGenerator.GetBytes(8)
        );
        var (certificate, keyFile) = (_folder.At(name + ".pem"), _folder.At(name + ".key"));
        File.WriteAllText(certificate, issued.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificate, keyFile);
    }

    public void Dispose()
    {
        _own.Dispose();
        _folder.Dispose();
    }
}
