using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Cluster.Certificates;

namespace Orchestrator.Web.Tests.Cluster;

static class TestCertificate
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static HttpCertificate Load(bool expired = false)
    {
        using var folder = new TestFolder();
        var (certificate, keyFile) = (Path.Combine(folder.Data.Root, "http.pem"), Path.Combine(folder.Data.Root, "http.key"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var own = request.CreateSelfSigned(Now.AddDays(-2), expired ? Now.AddDays(-1) : Now.AddDays(1));
        File.WriteAllText(certificate, own.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return HttpCertificate.Load(certificate, keyFile, TimeProvider.System);
    }
}
