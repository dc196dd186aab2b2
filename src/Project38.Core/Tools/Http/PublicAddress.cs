using System.Net;
using System.Net.Sockets;

namespace Project38.Core.Tools.Http;

/// <summary>Whether an address belongs to the public internet (IANA's special-purpose registries, RFC 6890).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] SpecialV4 =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Azure's metadata server, inside a public range.
            "168.63.129.16/32",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 only global unicast is public, and of that not what carries an IPv4 address, or is for documents.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialV6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse),
    ];

    // DNS64 gives these for every IPv4 host on a network that has only IPv6.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    // Of networks that people have at home and at work, and of this machine. Not link-local, where metadata servers are.
    private static readonly IPNetwork[] Own =
    [
        .. new[]
        {
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::1/128",
            "fc00::/7",
        }.Select(IPNetwork.Parse),
    ];

    // Metadata servers in the middle of them: Alibaba's, and Amazon's by IPv6.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("fd00:ec2::254"),
    ];

    /// <summary>Whether an address is of one's own network: private, shared, unique local, or this machine.</summary>
    public static bool IsOwn(IPAddress address) =>
        address.IsIPv4MappedToIPv6
            ? IsOwn(address.MapToIPv4())
            : Own.Any(network => network.Contains(address)) && !Metadata.Contains(address);

    /// <summary>False for private, loopback, link-local, metadata, shared, multicast, and whatever hides one.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !SpecialV4.Any(network => network.Contains(address));
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (Nat64.Contains(address))
        {
            return IsPublic(new IPAddress(address.GetAddressBytes()[12..]));
        }

        return address.ScopeId == 0
            && GlobalV6.Contains(address)
            && !SpecialV6.Any(network => network.Contains(address));
    }
}
