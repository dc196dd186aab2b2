using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Project38.Core.Tools.Http;

/// <summary>Where an agent may go: only to granted hosts, and only to public addresses.</summary>
public sealed class EgressPolicy(IOptions<EgressOptions> options, ResolveHost resolve)
{
    private const int MaxUrl = 8192;

    /// <summary>Connects to the very addresses that were checked.</summary>
    internal DialAddresses Dial { get; init; } = DialAsync;

    /// <summary>Checks one hop by its name.</summary>
    /// <returns>The address in its one canonical form: whatever disguise it came in is gone.</returns>
    /// <exception cref="ToolRefusedException">It is no address of the web, or its host is not granted.</exception>
    public static Uri CheckUrl(string url, IReadOnlyList<string> grantedHosts)
    {
        if (url.Length > MaxUrl || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\'))
        {
            throw new ToolRefusedException(
                "The URL is too long, or has spaces, control characters or backslashes in it."
            );
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new ToolRefusedException("The URL must be absolute, and begin with https:// or http://.");
        }

        // An empty user name counts too, which Uri leaves out.
        if (
            uri.UserInfo.Length > 0
            || (url.Split('/', '?', '#') is [_, _, var authority, ..] && authority.Contains('@'))
        )
        {
            throw new ToolRefusedException("The URL must not hold a user name or password. Use a header.");
        }

        var host = HostKey(uri);
        if (host.Length == 0 || host.Contains('%') || host.StartsWith('.'))
        {
            throw new ToolRefusedException("The URL names no host.");
        }

        if (!grantedHosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            var granted = grantedHosts.Count == 0 ? "none" : string.Join(", ", grantedHosts);
            throw new ToolRefusedException(
                $"The host '{host}' is not granted to this agent. Granted: {granted}. A person can grant more."
            );
        }

        return uri;
    }

    /// <summary>Those of some granted hosts that every call to will be refused: private ones that nobody allowed.</summary>
    /// <remarks>Only what is written as an address, or is this machine by name: other names are not looked up.</remarks>
    public IReadOnlyList<string> Unreachable(IEnumerable<string> grantedHosts) =>
        [.. grantedHosts.Where(host => IsPrivate(host) && !options.Value.AllowedPrivateHosts.Any(Same(host)))];

    private static bool IsPrivate(string host) =>
        Uri.TryCreate($"http://{host}", UriKind.Absolute, out var uri)
        && (
            IPAddress.TryParse(uri.IdnHost, out var address)
                ? !PublicAddress.IsPublic(address)
                : uri.IdnHost.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        );

    // A grant leaves out the port of its scheme, which an allowed host always has.
    private static Func<string, bool> Same(string host) =>
        allowed =>
            allowed.Equals(host, StringComparison.OrdinalIgnoreCase)
            || allowed.Equals($"{host}:80", StringComparison.OrdinalIgnoreCase)
            || allowed.Equals($"{host}:443", StringComparison.OrdinalIgnoreCase);

    /// <summary>A host as grants name it: lower case, ASCII, with a port where it is not the scheme's own.</summary>
    public static string HostKey(Uri uri)
    {
        var host = Host(uri);
        return uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
    }

    /// <summary>Connects to a host, and to no address that was not checked: the name is looked up here, once.</summary>
    /// <exception cref="ToolRefusedException">The name leads to an address that is not public.</exception>
    /// <exception cref="ToolException">There is no such name, or nobody answers there.</exception>
    public ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        ConnectAsync(
            host,
            port,
            PublicAddress.IsPublic,
            $"If it is meant to be, whoever runs the service can list '{host}:{port}' in "
                + $"{EgressOptions.AllowedPrivateHostsVariable}.",
            cancellationToken
        );

    /// <summary>The same for a destination that a person chose, and not an agent.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="mayReach">Where it may lead, beside what <see cref="EgressOptions.AllowedPrivateHosts"/> has.</param>
    /// <param name="advice">What to do where it leads elsewhere: a sentence.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ToolRefusedException">The name leads to an address that it may not.</exception>
    /// <exception cref="ToolException">There is no such name, or nobody answers there.</exception>
    internal async ValueTask<Stream> ConnectAsync(
        string host,
        int port,
        Func<IPAddress, bool> mayReach,
        string advice,
        CancellationToken cancellationToken
    )
    {
        var addresses = await LookUpAsync(host, cancellationToken);
        var allowed = options.Value.AllowedPrivateHosts.Contains($"{host}:{port}", StringComparer.OrdinalIgnoreCase);

        // One address that is not public spoils the name: honest names do not mix.
        if (!allowed && !addresses.All(mayReach))
        {
            throw new ToolRefusedException(
                $"'{host}' leads to an address that is not public, so it is not called. {advice}"
            );
        }

        try
        {
            return await Dial(addresses, port, cancellationToken);
        }
        catch (SocketException fault)
        {
            throw new ToolException($"'{host}:{port}' cannot be reached: {Words(fault.SocketErrorCode)}.", fault);
        }
    }

    private static async ValueTask<Stream> DialAsync(
        IPAddress[] addresses,
        int port,
        CancellationToken cancellationToken
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal)
                ? [literal]
                : await resolve(host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException fault)
        {
            throw new ToolException($"There is no host '{host}': the name was not found.", fault);
        }
    }

    // "example.com." is the same host as "example.com", and must not be another one for the grant.
    private static string Host(Uri uri)
    {
        var host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        return uri.HostNameType == UriHostNameType.IPv6 ? $"[{host.Trim('[', ']')}]" : host;
    }

    private static string Words(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => "nothing listens there",
            SocketError.TimedOut => "nobody answers",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no way to it",
            _ => error.ToString(),
        };
}
