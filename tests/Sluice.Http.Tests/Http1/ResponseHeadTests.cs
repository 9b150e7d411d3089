using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK", 200, "OK", 1)]
    [InlineData("HTTP/1.0 404 Not Found", 404, "Not Found", 0)]
    [InlineData("HTTP/1.1 200 ", 200, "", 1)]
    [InlineData("HTTP/1.1 200", 200, "", 1)]
    [InlineData("HTTP/1.1 599 a\tb \u00e9", 599, "a\tb \u00e9", 1)]
    [InlineData("HTTP/1.1 200  x", 200, " x", 1)]
    public void StatusLine_WellFormed_IsRead(string line, int status, string reason, int minorVersion)
    {
        string message = line + "\r\nContent-Length: 0\r\n\r\n";
        Assert.StartsWith("Done", Responses.ReadAnyWay(Bytes.Of(message)), StringComparison.Ordinal);
        ResponseHead head = Responses.Parse(message);
        Assert.Equal((status, reason, minorVersion), (head.Status, Bytes.ToText(head.Reason), head.MinorVersion));
    }

    /// <summary>U-25 to U-34.</summary>
    [Theory]
    [InlineData("<html>", Violation.InvalidStatusLine)]
    [InlineData("", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1 ", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1 abc", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.1 20 OK", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1 099 X", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.1 99 XX", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1 600 X", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.1 1000 X", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.1 1000", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.1 200OK", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1 -20 OK", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.1  200 OK", Violation.InvalidStatusCode)]
    [InlineData("HTTP/1.2 200 OK", Violation.UnsupportedVersion)]
    [InlineData("HTTP/2.0 200 OK", Violation.UnsupportedVersion)]
    [InlineData("http/1.1 200 OK", Violation.InvalidStatusLine)]
    [InlineData("HTTP/x.1 200 OK", Violation.InvalidStatusLine)]
    [InlineData(" HTTP/1.1 200 OK", Violation.InvalidStatusLine)]
    [InlineData("ICY 200 OK", Violation.InvalidStatusLine)]
    [InlineData("HTTP/1.1 200 O\u0000K", Violation.ControlCharacter)]
    [InlineData("HTTP/1.1 200 OK\rX", Violation.BareCr)]
    [InlineData("HTTP/1.1 200 OK\nX: y", Violation.BareLf)]
    [InlineData("\r\nHTTP/1.1 200 OK", Violation.InvalidStatusLine)]
    public void StatusLine_Malformed_IsRefused(string line, Violation violation) =>
        Responses.AssertViolation(violation, line + "\r\nContent-Length: 0\r\n\r\n");

    [Theory]
    [InlineData("X: a\r\n b", Violation.ObsFold)]
    [InlineData(" X: a", Violation.ObsFold)]
    [InlineData("X: a\u0000b", Violation.ControlCharacter)]
    [InlineData("X: a\rb", Violation.BareCr)]
    [InlineData("X: a\nY: b", Violation.BareLf)]
    [InlineData("X : a", Violation.WhitespaceBeforeColon)]
    [InlineData("X", Violation.MissingColon)]
    [InlineData(": a", Violation.EmptyFieldName)]
    [InlineData("X(: a", Violation.InvalidFieldName)]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", Violation.ClAndTe)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5", Violation.ClAndTe)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", Violation.DuplicateContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", Violation.DuplicateContentLength)]
    [InlineData("Content-Length: -5", Violation.InvalidContentLength)]
    [InlineData("Content-Length: 5, 5", Violation.InvalidContentLength)]
    [InlineData("Content-Length:", Violation.InvalidContentLength)]
    [InlineData("Content-Length: \t5", Violation.InvalidContentLength)]
    [InlineData("Transfer-Encoding: gzip", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: gzip, chunked", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: identity", Violation.UnknownTransferCoding)]
    [InlineData("Transfer-Encoding: chunked, gzip", Violation.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Violation.DuplicateTransferEncoding)]
    [InlineData("Connection: content-length\r\nContent-Length: 5", Violation.ConnectionNamesFraming)]
    [InlineData("Connection: upgrade\r\nUpgrade: \"x\"", Violation.InvalidUpgrade)]
    public void Fields_Malformed_AreRefused(string fields, Violation violation) =>
        Responses.AssertViolation(violation, $"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n");

    [Fact]
    public void TransferEncoding_InHttp10_IsRefused() =>
        Responses.AssertViolation(Violation.TransferEncodingInHttp10, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

    [Fact]
    public void Head_Of201Fields_IsRefused()
    {
        string fields = string.Concat(Enumerable.Range(0, 201).Select(_ => "A: b\r\n"));
        Responses.AssertViolation(Violation.TooManyFields, $"HTTP/1.1 200 OK\r\n{fields}\r\n");
    }

    [Fact]
    public void Head_LargerThanItsLimits_IsRefusedBeforeItsEnd()
    {
        var limits = new HeadLimits(64, 128, 200);
        Responses.AssertViolation(Violation.StartLineTooLong, $"HTTP/1.1 200 {Bytes.Repeat('x', 1000)}", limits);
        Responses.AssertViolation(Violation.FieldsTooLarge, $"HTTP/1.1 200 OK\r\nX: {Bytes.Repeat('x', 1000)}", limits);
    }

    [Theory]
    [InlineData(200, "Content-Length: 5\r\n", BodyFraming.ContentLength, 5, true)]
    [InlineData(200, "Content-Length: 0\r\n", BodyFraming.ContentLength, 0, true)]
    [InlineData(200, "Transfer-Encoding: Chunked\r\n", BodyFraming.Chunked, -1, true)]
    [InlineData(200, "", BodyFraming.UntilClose, -1, false)]
    [InlineData(200, "Connection: keep-alive\r\n", BodyFraming.UntilClose, -1, false)]
    [InlineData(200, "Content-Length: 5\r\nConnection: close\r\n", BodyFraming.ContentLength, 5, false)]
    [InlineData(204, "", BodyFraming.None, -1, true)]
    [InlineData(204, "Content-Length: 0\r\n", BodyFraming.None, 0, true)]
    [InlineData(304, "Content-Length: 5\r\n", BodyFraming.None, 5, true)]
    [InlineData(304, "Transfer-Encoding: chunked\r\n", BodyFraming.None, -1, true)]
    [InlineData(304, "", BodyFraming.None, -1, true)]
    [InlineData(100, "", BodyFraming.None, -1, true)]
    [InlineData(103, "Link: </a>\r\n", BodyFraming.None, -1, true)]
    [InlineData(101, "Connection: upgrade\r\nUpgrade: websocket\r\n", BodyFraming.None, -1, true)]
    [InlineData(205, "", BodyFraming.UntilClose, -1, false)]
    public void Framing_ByStatusAndFields_IsDecided(int status, string fields, BodyFraming framing, long length, bool keepAlive)
    {
        string message = $"HTTP/1.1 {status} X\r\n{fields}\r\n";
        Assert.StartsWith("Done", Responses.ReadAnyWay(Bytes.Of(message)), StringComparison.Ordinal);
        ResponseHead head = Responses.Parse(message);
        Assert.Equal((framing, length, keepAlive), (head.Framing, head.ContentLength, head.KeepAlive));
        Assert.Equal(status is 100 or 103, head.IsInterim);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("")]
    public void Framing_OfAnswerToHead_IsNone(string fields)
    {
        string message = $"HTTP/1.1 200 OK\r\n{fields}\r\n";
        Assert.Contains("framing=None", Responses.ReadAnyWay(Bytes.Of(message), RequestMethod.Head), StringComparison.Ordinal);
        Assert.True(Responses.Parse(message, RequestMethod.Head).KeepAlive);
    }

    [Theory]
    [InlineData(204, "Content-Length: 5\r\n")]
    [InlineData(204, "Transfer-Encoding: chunked\r\n")]
    [InlineData(100, "Content-Length: 5\r\n")]
    [InlineData(103, "Transfer-Encoding: chunked\r\n")]
    [InlineData(101, "Content-Length: 5\r\n")]
    public void Framing_WhereThereIsNoContent_IsRefused(int status, string fields) =>
        Responses.AssertViolation(Violation.FramingWithoutContent, $"HTTP/1.1 {status} X\r\n{fields}\r\n");

    [Theory]
    [InlineData("timeout=5", 5)]
    [InlineData("max=100, Timeout=20", 20)]
    [InlineData("timeout=0", 0)]
    [InlineData("timeout=-1", -1)]
    [InlineData("timeout=99999999999", -1)]
    [InlineData("timeout", -1)]
    [InlineData("5", -1)]
    [InlineData("", -1)]
    public void KeepAliveTimeout_IsReadAsAHint(string value, int seconds)
    {
        ResponseHead head = Responses.Parse($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: {value}\r\n\r\n");
        Assert.Equal(seconds, head.KeepAliveTimeoutSeconds);
    }

    [Theory]
    [InlineData("1.0", "", false)]
    [InlineData("1.0", "Connection: keep-alive\r\n", true)]
    [InlineData("1.1", "Connection: Close\r\n", false)]
    public void KeepAlive_ByVersionAndOptions_IsDecided(string version, string fields, bool keepAlive) =>
        Assert.Equal(keepAlive, Responses.Parse($"HTTP/{version} 200 OK\r\nContent-Length: 0\r\n{fields}\r\n").KeepAlive);

    [Fact]
    public void Upgrade_Of101_IsRead()
    {
        ResponseHead head = Responses.Parse("HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\u0001extra");
        Assert.Equal("websocket", Bytes.ToText(head.UpgradeToken));
        Assert.False(head.IsInterim);
    }

    [Fact]
    public void Fields_HopByHop_AreMarked()
    {
        ResponseHead head = Responses.Parse(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x-a, set-cookie\r\nX-A: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nTrailer: x\r\n\r\n");
        FieldFlags[] expected = [FieldFlags.Framing, FieldFlags.HopByHop, FieldFlags.HopByHop, FieldFlags.None, FieldFlags.None, FieldFlags.None];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(i => head.Fields[i].Flags));
    }
}
