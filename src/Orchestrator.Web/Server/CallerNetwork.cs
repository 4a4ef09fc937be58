using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Web.Server;

/// <summary>Who counts as one caller.</summary>
static class CallerNetwork
{
    /// <summary>The address; of IPv6 the first 64 bits, since one caller has 2^64 addresses of it.</summary>
    public static string Of(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
            _ => address.ToString(),
        };
}
