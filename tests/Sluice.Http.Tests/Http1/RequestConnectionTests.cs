using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class RequestConnectionTests
{
    private const string Start = "GET / HTTP/1.1\r\nHost: a\r\n";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Theory]
    [InlineData("1.1", "", true)]
    [InlineData("1.1", "Connection: close\r\n", false)]
    [InlineData("1.1", "Connection: CLOSE\r\n", false)]
    [InlineData("1.1", "Connection: x, close\r\n", false)]
    [InlineData("1.1", "Connection: keep-alive\r\nConnection: close\r\n", false)]
    [InlineData("1.1", "Connection: closed\r\n", true)]
    [InlineData("1.1", "Proxy-Connection: close\r\n", true)]
    [InlineData("1.0", "", false)]
    [InlineData("1.0", "Connection: Keep-Alive\r\n", true)]
    [InlineData("1.0", "Connection: keep-alive, close\r\n", false)]
    [InlineData("1.0", "Proxy-Connection: keep-alive\r\n", false)]
    public void KeepAlive_ByVersionAndOptions_IsDecided(string version, string field, bool keepAlive)
    {
        string message = $"GET / HTTP/{version}\r\nHost: a\r\n{field}\r\n";
        Requests.AssertDone(message);
        Assert.Equal(keepAlive, Requests.Parse(message).KeepAlive);
    }

    [Theory]
    [InlineData("Connection: \"close\"")]
    [InlineData("Connection: a b")]
    [InlineData("Connection: close;q=1")]
    [InlineData("Connection: cl\u00f6se")]
    public void Connection_NotTokens_IsRefused(string field) => Requests.AssertViolation(Violation.InvalidConnection, $"{Start}{field}\r\n\r\n");

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Connection_ManyOptions_AreBounded(int count, bool fits)
    {
        string options = string.Join(',', Enumerable.Range(0, count).Select(i => $"x{i}"));
        byte[] message = Bytes.Of($"{Start}Connection: {options}\r\nX5: 1\r\n\r\n");
        (RequestHead head, RequestHeadReader reader, ReadStatus _) = Requests.Read(message, [message.Length], Requests.Limits);
        Assert.Equal(fits ? Violation.None : Violation.TooManyConnectionOptions, reader.Violation);
        Assert.Equal(fits, head.Fields.IndexOf("x5"u8) >= 0 && head.Fields[head.Fields.IndexOf("x5"u8)].Flags == FieldFlags.HopByHop);
    }

    [Theory]
    [InlineData("X-Custom")]
    [InlineData("x-CUSTOM")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("Proxy-Authorization")]
    [InlineData("TE")]
    [InlineData("Upgrade")]
    [InlineData("HTTP2-Settings")]
    public void Field_NominatedOrKnownHopByHop_IsMarked(string name)
    {
        RequestHead head = Requests.Parse($"{Start}{name}: x\r\nY: 1\r\n{name}X: 1\r\nConnection: , x-custom ,,\r\n\r\n");
        Assert.True(head.Fields[1].Flags.HasFlag(FieldFlags.HopByHop));
        Assert.Equal(FieldFlags.None, head.Fields[2].Flags);
        Assert.Equal(FieldFlags.None, head.Fields[3].Flags);
    }

    /// <summary>H1-I: what a client must not be able to take away from the request (CVE-2024-45410, CVE-2025-48865).</summary>
    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("X-Real-IP")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("Content-Type")]
    [InlineData("Content-Digest")]
    [InlineData("Cache-Control")]
    [InlineData("Date")]
    [InlineData("Range")]
    public void Field_EndToEnd_CanNotBeNominated(string name)
    {
        RequestHead head = Requests.Parse($"{Start}Connection: close, {name}\r\n{name}: x\r\n\r\n");
        Assert.Equal(FieldFlags.None, head.Fields[2].Flags);
    }

    [Fact]
    public void Host_Nominated_Stays()
    {
        RequestHead head = Requests.Parse("GET / HTTP/1.1\r\nConnection: host\r\nHost: a\r\n\r\n");
        Assert.Equal(FieldFlags.None, head.Fields[1].Flags);
        Assert.Equal("a", Bytes.ToText(head.Host));
    }

    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\n" + Key, "websocket")]
    [InlineData("Connection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 7\r\n" + Key, "WebSocket")]
    [InlineData("Connection: Upgrade\r\nUpgrade: foo\r\n", "foo")]
    [InlineData("Connection: Upgrade\r\nUpgrade: foo/2, bar\r\n", "foo/2")]
    [InlineData("Connection: Upgrade\r\nUpgrade: h2c, foo\r\n", "foo")]
    [InlineData("Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: foo\r\n", "foo")]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", "")]
    [InlineData("Connection: Upgrade\r\nUpgrade: HTTP/2.0\r\n", "")]
    [InlineData("Connection: Upgrade\r\nUpgrade: HTTP/3\r\n", "")]
    [InlineData("Connection: Upgrade\r\nUpgrade:\r\n", "")]
    [InlineData("Connection: Upgrade\r\n", "")]
    [InlineData("Upgrade: websocket\r\n" + Key, "")]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n" + Key, "websocket")]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n" + Key, "")]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n" + Key, "")]
    public void Upgrade_ByFields_IsDecided(string fields, string token)
    {
        string message = $"{Start}{fields}\r\n";
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal((token.Length > 0, token), (head.HasUpgrade, Bytes.ToText(head.UpgradeToken)));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1")]
    [InlineData("GET / HTTP/1.0")]
    [InlineData("OPTIONS / HTTP/1.1")]
    public void Upgrade_OfOtherRequests_IsIgnored(string line) =>
        Assert.False(Requests.Parse($"{line}\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").HasUpgrade);

    [Theory]
    [InlineData("Upgrade: websocket\r\n", Violation.MissingWebSocketKey)]
    [InlineData("Upgrade: websocket\r\nSec-WebSocket-Key:\r\n", Violation.MissingWebSocketKey)]
    [InlineData("Upgrade: web socket\r\n", Violation.InvalidUpgrade)]
    [InlineData("Upgrade: \"foo\"\r\n", Violation.InvalidUpgrade)]
    [InlineData("Upgrade: foo/\r\n", Violation.InvalidUpgrade)]
    [InlineData("Upgrade: foo/1/2\r\n", Violation.InvalidUpgrade)]
    public void Upgrade_Malformed_IsRefused(string fields, Violation violation) =>
        Requests.AssertViolation(violation, $"{Start}Connection: Upgrade\r\n{fields}\r\n");
}
