using Sluice.Http.Addresses;
using Sluice.Http.Forwarded;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Forwarded;

/// <summary>T-01 to T-08. The peer is 10.0.0.1 and 10.0.0.0/8 is trusted, if nothing else is said.</summary>
public sealed class ForwardedForTests
{
    [Theory]
    [InlineData("", "10.0.0.1")]
    [InlineData("X-Forwarded-For: 1.2.3.4", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 6.6.6.6, 1.2.3.4", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4, 10.0.0.2", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 6.6.6.6, 1.2.3.4 ,10.0.0.3,10.0.0.2", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 10.0.0.9, 10.0.0.2", "10.0.0.9")]
    [InlineData("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 10.0.0.2", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4, 10.0.0.2", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4:5678", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 2001:db8::1", "2001:db8::1")]
    [InlineData("X-Forwarded-For: [2001:db8::1]", "2001:db8::1")]
    [InlineData("X-Forwarded-For: [2001:DB8::1]:443", "2001:db8::1")]
    [InlineData("X-Forwarded-For: ::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4, unknown", "10.0.0.1")]
    [InlineData("X-Forwarded-For: 1.2.3.4, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("X-Forwarded-For: unknown, 1.2.3.4", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4,, ,", "1.2.3.4")]
    [InlineData("X-Forwarded-For:", "10.0.0.1")]
    [InlineData("X-Forwarded-For: \", 1.2.3.4", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4:99999999", "10.0.0.1")]
    [InlineData("X-Forwarded-For: 1.2.3.4:x", "10.0.0.1")]
    [InlineData("X-Forwarded-For: [1.2.3.4]", "10.0.0.1")]
    [InlineData("X-Forwarded-For: [::1", "10.0.0.1")]
    [InlineData("Forwarded: for=1.2.3.4", "1.2.3.4")]
    [InlineData("Forwarded: for=6.6.6.6, For=\"1.2.3.4:80\";proto=http;by=10.0.0.2", "1.2.3.4")]
    [InlineData("Forwarded: for=1.2.3.4, for=10.0.0.2", "1.2.3.4")]
    [InlineData("Forwarded: for=\"[2001:db8::1]:4711\"", "2001:db8::1")]
    [InlineData("Forwarded: for=\"[2001:db8::1]:_x\"", "2001:db8::1")]
    [InlineData("Forwarded: for=_hidden", "10.0.0.1")]
    [InlineData("Forwarded: for=unknown, for=10.0.0.2", "10.0.0.2")]
    [InlineData("Forwarded: proto=https", "10.0.0.1")]
    [InlineData("Forwarded: for=1.2.3.4;for=5.6.7.8", "10.0.0.1")]
    [InlineData("Forwarded: by=\"a,b;for=6.6.6.6\" ; for=1.2.3.4", "1.2.3.4")]
    [InlineData("Forwarded: for=\", for=1.2.3.4", "1.2.3.4")]
    [InlineData("Forwarded: for=\", for=\"[2001:db8::1]\"", "2001:db8::1")]
    [InlineData("Forwarded: for=1.2.3.4\r\nForwarded: for=10.0.0.2", "1.2.3.4")]
    [InlineData("Forwarded: for=6.6.6.6\r\nX-Forwarded-For: 1.2.3.4", "1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4\r\nForwarded: for=6.6.6.6", "1.2.3.4")]
    public void Client_BehindTrustedPeer_IsFoundFromTheRight(string fields, string expected) => Assert.Equal(expected, Find(fields, "10.0.0.1", "10.0.0.0/8").Client);

    [Theory]
    [InlineData("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil")]
    [InlineData("Forwarded: for=6.6.6.6;proto=https;host=evil")]
    public void Peer_NotTrusted_IsTheClient(string fields)
    {
        Assert.Equal(new Origin("192.0.2.1", false, "", ""), Find(fields, "192.0.2.1", "10.0.0.0/8"));
        Assert.Equal(new Origin("192.0.2.1", false, "", ""), Find(fields, "192.0.2.1"));
    }

    [Fact]
    public void Chain_OfTrustedNetworks_IsWalked() =>
        Assert.Equal("1.2.3.4", Find("X-Forwarded-For: 1.2.3.4, 2001:db8::5, 172.16.0.1", "10.0.0.1", "10.0.0.0/8", "172.16.0.0/12", "2001:db8::/32").Client);

    [Theory]
    [InlineData(50, "1.2.3.4")]
    [InlineData(99, "1.2.3.4")]
    [InlineData(100, "10.0.0.2")]
    [InlineData(200, "10.0.0.2")]
    [InlineData(2000, "10.0.0.2")]
    public void Entries_Many_AreBounded(int trustedCount, string expected)
    {
        string list = "1.2.3.4, " + string.Join(',', Enumerable.Repeat("10.0.0.2", trustedCount));
        Assert.Equal(expected, Find($"X-Forwarded-For: {list}", "10.0.0.1", "10.0.0.0/8").Client);
    }

    [Theory]
    [InlineData("X-Forwarded-Proto: https\r\nX-Forwarded-Host: A.example:8443", "https", "A.example:8443")]
    [InlineData("X-Forwarded-Proto: http, HTTPS\r\nX-Forwarded-Host: a, b", "https", "b")]
    [InlineData("X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https", "https", "")]
    [InlineData("X-Forwarded-Proto: javascript\r\nX-Forwarded-Host: a/b", "", "")]
    [InlineData("X-Forwarded-Proto:\r\nX-Forwarded-Host:", "", "")]
    [InlineData("Forwarded: proto=http;host=a, proto=https;host=\"b:81\"", "https", "b:81")]
    [InlineData("Forwarded: for=1.2.3.4", "", "")]
    [InlineData("Forwarded: proto=http;host=a\r\nX-Forwarded-Proto: https", "https", "a")]
    public void ProtoAndHost_OfTheNearestHop_AreFound(string fields, string proto, string host)
    {
        Origin origin = Find(fields, "10.0.0.1", "10.0.0.0/8");
        Assert.Equal((true, proto, host), (origin.IsPeerTrusted, origin.Proto, origin.Host));
    }

    private sealed record Origin(string Client, bool IsPeerTrusted, string Proto, string Host);

    private static Origin Find(string fields, string peer, params string[] trusted)
    {
        RequestHead head = Requests.Parse($"GET / HTTP/1.1\r\nHost: a\r\n{fields}{(fields.Length > 0 ? "\r\n" : "")}\r\n");
        Assert.True(IpAddress.TryParse(peer, out IpAddress address));
        IpRange[] ranges = [.. trusted.Select(text => IpRange.TryParse(text, out IpRange range) ? range : throw new ArgumentException(text))];
        ForwardedOrigin origin = ForwardedFor.Find(head.Fields, address, ranges);
        return new Origin(origin.Client.ToString(), origin.IsPeerTrusted, Bytes.ToText(origin.Proto), Bytes.ToText(origin.Host));
    }
}
