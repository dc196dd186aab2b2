using System.Net;
using Microsoft.Extensions.Options;
using Project38.Core.Tools;
using Project38.Core.Tools.Http;

namespace Project38.Core.Tests.Tools.Http;

public sealed class EgressPolicyTests
{
    // Granted, so that only the address can be what is refused.
    public static TheoryData<string> Private =>
        [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "127.255.255.254",
            "0.0.0.0",
            "0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "012.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.255.255",
            "3232235521",
            "0xc0a80001",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "169.254.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "127.0.0.1.",
            "[::1]",
            "[::]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:169.254.169.254]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:a9fe:a9fe::1]",
            "[2001::1]",
            "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
            "[2001:db8::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[100::1]",
            "[3fff::1]",
            "[5f00::1]",
        ];

    [Theory]
    [MemberData(nameof(Private))]
    public async Task Connect_IsRefused_WhateverDisguiseAPrivateAddressWears(string host)
    {
        var policy = Policy((_, _) => throw new InvalidOperationException("A literal needs no look-up."));
        var uri = new Uri($"http://{host}/");
        var granted = EgressPolicy.HostKey(uri);

        var checkedUri = EgressPolicy.CheckUrl($"http://{host}/", [granted]);

        _ = await Should.ThrowAsync<ToolRefusedException>(async () =>
            await policy.ConnectAsync(EgressPolicy.HostKey(checkedUri), 80, TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//example.com/")]
    [InlineData("/path")]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("http://example.com@evil.com/")]
    [InlineData("http://user:password@example.com/")]
    [InlineData("http://@example.com/")]
    [InlineData("http://example.com\\@evil.com/")]
    [InlineData("http://example.com\\.evil.com/")]
    [InlineData("http://exam ple.com/")]
    [InlineData("http://example.com\r\nHost: evil.com/")]
    [InlineData("http://example%2ecom/")]
    [InlineData("http://evil.com/")]
    [InlineData("http://sub.example.com/")]
    [InlineData("http://example.com.evil.com/")]
    [InlineData("http://xexample.com/")]
    [InlineData("http://example.com:8080/")]
    [InlineData("http://evil.com/#@example.com")]
    [InlineData("http://evil.com?example.com")]
    [InlineData("http://еxample.com/")]
    public void CheckUrl_Refuses_WhatIsNotTheGrantedHost(string url) =>
        Should.Throw<ToolRefusedException>(() => EgressPolicy.CheckUrl(url, ["example.com"]));

    [Theory]
    [InlineData("https://example.com/a?b=c#d", "example.com")]
    [InlineData("HTTPS://EXAMPLE.COM/", "example.com")]
    [InlineData("https://example.com./", "example.com")]
    [InlineData("https://example.com:443/", "example.com")]
    [InlineData("https://example.com:8443/", "example.com:8443")]
    [InlineData("https://דוגמה.ישראל/", "xn--6dbbec0c.xn--4dbrk0ce")]
    public void CheckUrl_Accepts_EachWayToWriteTheGrantedHost(string url, string granted) =>
        EgressPolicy.HostKey(EgressPolicy.CheckUrl(url, [granted])).ShouldBe(granted);

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::808:808")]
    public void IsPublic_IsTrue_ForThePublicInternet(string address) =>
        PublicAddress.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public async Task Connect_IsRefused_WhenOneAddressOfANameIsPrivate()
    {
        var policy = Policy((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Loopback]));

        _ = await Should.ThrowAsync<ToolRefusedException>(async () =>
            await policy.ConnectAsync("mixed.example", 80, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Connect_LooksUpOnce_SoNoSecondAnswerCanDiffer()
    {
        var lookUps = 0;
        var policy = Policy(
            (_, _) => Task.FromResult<IPAddress[]>([++lookUps == 1 ? IPAddress.Loopback : IPAddress.Parse("8.8.8.8")])
        );

        var refused = await Should.ThrowAsync<ToolRefusedException>(async () =>
            await policy.ConnectAsync("rebinding.example", 80, TestContext.Current.CancellationToken)
        );

        lookUps.ShouldBe(1);
        refused.Message.ShouldContain("rebinding.example:80");
    }

    private static EgressPolicy Policy(ResolveHost resolve) => new(Options.Create(new EgressOptions()), resolve);
}
