using Orchestrator.Cluster.Certificates;

namespace Orchestrator.Web.Tests.Running;

static class TestCertificate
{
    public static HttpCertificate Load(bool expired = false)
    {
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Issue("localhost", expired);
        return HttpCertificate.Load(certificate, key, TimeProvider.System);
    }
}
