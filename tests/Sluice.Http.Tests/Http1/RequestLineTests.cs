using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class RequestLineTests
{
    private const string Host = "Host: a\r\n\r\n";

    [Theory]
    [InlineData("GET / HTTP/1.1", RequestMethod.Get, 1)]
    [InlineData("HEAD / HTTP/1.0", RequestMethod.Head, 0)]
    [InlineData("POST / HTTP/1.1", RequestMethod.Post, 1)]
    [InlineData("PUT / HTTP/1.1", RequestMethod.Put, 1)]
    [InlineData("DELETE / HTTP/1.1", RequestMethod.Delete, 1)]
    [InlineData("OPTIONS / HTTP/1.1", RequestMethod.Options, 1)]
    [InlineData("PATCH / HTTP/1.1", RequestMethod.Patch, 1)]
    [InlineData("get / HTTP/1.1", RequestMethod.Other, 1)]
    [InlineData("M-SEARCH / HTTP/1.1", RequestMethod.Other, 1)]
    public void Method_AnyToken_IsRead(string line, RequestMethod method, int minorVersion)
    {
        string message = line + "\r\n" + Host;
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal(method, head.Method);
        Assert.Equal(line[..line.IndexOf(' ', StringComparison.Ordinal)], Bytes.ToText(head.MethodText));
        Assert.Equal(minorVersion, head.MinorVersion);
    }

    [Theory]
    [InlineData("GET HTTP/1.1", Violation.InvalidRequestLine)]
    [InlineData("GET  HTTP/1.1", Violation.InvalidRequestLine)]
    [InlineData("GET", Violation.InvalidRequestLine)]
    [InlineData("GET /", Violation.InvalidRequestLine)]
    [InlineData(" GET / HTTP/1.1", Violation.InvalidRequestLine)]
    [InlineData("GET / HTTP/1.1 ", Violation.InvalidRequestLine)]
    [InlineData("GET  / HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET /  HTTP/1.1", Violation.InvalidPathCharacter)]
    [InlineData("GET /a b HTTP/1.1", Violation.InvalidPathCharacter)]
    [InlineData("GET\t/\tHTTP/1.1", Violation.InvalidRequestLine)]
    [InlineData("GET /\ta HTTP/1.1", Violation.InvalidPathCharacter)]
    [InlineData("GET /\nHTTP/1.1", Violation.BareLf)]
    [InlineData("GET /\rx HTTP/1.1", Violation.BareCr)]
    [InlineData("GET /\u0000 HTTP/1.1", Violation.ControlCharacter)]
    [InlineData("GET /\u007f HTTP/1.1", Violation.ControlCharacter)]
    [InlineData("GET / HTTP/0.9", Violation.UnsupportedVersion)]
    [InlineData("GET / HTTP/1.2", Violation.UnsupportedVersion)]
    [InlineData("GET / HTTP/2.0", Violation.UnsupportedVersion)]
    [InlineData("GET / http/1.1", Violation.InvalidVersion)]
    [InlineData("GET / HTTP/01.1", Violation.InvalidVersion)]
    [InlineData("GET / HTTP/1", Violation.InvalidVersion)]
    [InlineData("GET / HTTP/1.", Violation.InvalidVersion)]
    [InlineData("GET / HTTP/1.10", Violation.InvalidVersion)]
    [InlineData("GET / HTTP/1,1", Violation.InvalidVersion)]
    [InlineData("GET / XTTP/1.1", Violation.InvalidVersion)]
    [InlineData("G=\":<> / HTTP/1.1", Violation.InvalidMethod)]
    [InlineData("G\u00e9T / HTTP/1.1", Violation.InvalidMethod)]
    [InlineData("AVERYLONGMETHODNAMETHATNOBODYKNOWS / HTTP/1.1", Violation.MethodTooLong)]
    [InlineData("CONNECT a:443 HTTP/1.1", Violation.MethodNotAllowed)]
    [InlineData("TRACE / HTTP/1.1", Violation.MethodNotAllowed)]
    [InlineData("GET * HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET a:80 HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET a HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET ?a HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("OPTIONS ** HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET /#f HTTP/1.1", Violation.FragmentInTarget)]
    [InlineData("GET /?a#f HTTP/1.1", Violation.FragmentInTarget)]
    [InlineData("GET http://a#f HTTP/1.1", Violation.FragmentInTarget)]
    [InlineData("GET #f HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET https://a/ HTTP/1.1", Violation.UnsupportedScheme)]
    [InlineData("GET ftp://a/ HTTP/1.1", Violation.UnsupportedScheme)]
    [InlineData("GET http:///a HTTP/1.1", Violation.InvalidTarget)]
    [InlineData("GET ://a/ HTTP/1.1", Violation.InvalidTarget)]
    public void Line_Malformed_IsRefused(string line, Violation violation) => Requests.AssertViolation(violation, line + "\r\n" + Host);

    [Fact]
    public void Line_Http2Preface_IsRefusedWith505()
    {
        Requests.AssertViolation(Violation.Http2Preface, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.Equal(505, Violations.Get(Violation.Http2Preface).Status);
    }

    [Theory]
    [InlineData("\u0016")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000")]
    [InlineData("\r\n\u0016\u0003\u0001")]
    public void FirstByte_OfTlsHandshake_IsRefusedAtOnce(string message) => Requests.AssertViolation(Violation.TlsHandshake, message);

    [Theory]
    [InlineData("\r\n", true)]
    [InlineData("\r\n\r\n", false)]
    [InlineData("\r\n\r\n\r\n\r\n", false)]
    public void EmptyLines_BeforeRequest_OneIsTolerated(string prefix, bool isTolerated)
    {
        string message = prefix + "GET / HTTP/1.1\r\n" + Host;
        if (isTolerated)
        {
            Requests.AssertDone(message);
        }
        else
        {
            Requests.AssertViolation(Violation.LeadingEmptyLines, message);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n\n")]
    public void EmptyLines_BareLf_IsRefused(string prefix) => Requests.AssertViolation(Violation.BareLf, prefix + "GET / HTTP/1.1\r\n" + Host);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Line_AtItsLimit_IsExact(int over, bool fits)
    {
        var limits = new HeadLimits(64, 1024, 10);
        string target = "/" + Bytes.Repeat('a', 64 - "GET / HTTP/1.1\r\n".Length + over);
        string message = $"GET {target} HTTP/1.1\r\n{Host}";
        string outcome = Requests.ReadAnyWay(Bytes.Of(message), limits);
        Assert.Equal(fits, outcome.StartsWith("Done", StringComparison.Ordinal));
        Assert.Equal(fits, outcome != $"Failed {Violation.StartLineTooLong}");
    }

    [Fact]
    public void Line_TooLongWithoutEnd_IsRefusedBeforeItsEnd()
    {
        var limits = new HeadLimits(64, 1024, 10);
        Requests.AssertViolation(Violation.StartLineTooLong, Bytes.Repeat('A', 63), limits);
        Assert.Equal($"NeedMore {Violation.None}", Requests.ReadAnyWay(Bytes.Of(Bytes.Repeat('A', 62)), limits));
        Assert.Equal(414, Violations.Get(Violation.StartLineTooLong).Status);
    }

    [Theory]
    [InlineData(9 * 1024, "GET /")]
    [InlineData(64 * 1024, "")]
    public void Line_LongerThanTheDefault_IsRefused(int length, string prefix)
    {
        byte[] message = Bytes.Of($"{prefix}{Bytes.Repeat('A', length)} HTTP/1.1\r\n{Host}");
        (RequestHead _, RequestHeadReader reader, ReadStatus status) = Requests.Read(message, [message.Length], Requests.Limits);
        Assert.Equal((ReadStatus.Failed, Violation.StartLineTooLong), (status, reader.Violation));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", "/", false, "")]
    [InlineData("GET /a/b.c?x=1&y=%2f HTTP/1.1", "/a/b.c", true, "x=1&y=%2f")]
    [InlineData("GET /a? HTTP/1.1", "/a", true, "")]
    [InlineData("GET /a??b HTTP/1.1", "/a", true, "?b")]
    [InlineData("GET /%41/../b?c HTTP/1.1", "/b", true, "c")]
    [InlineData("GET /a%3fb%23c HTTP/1.1", "/a%3Fb%23c", false, "")]
    [InlineData("GET http://A/x/./y?z HTTP/1.1", "/x/y", true, "z")]
    [InlineData("GET HTTP://a HTTP/1.1", "/", false, "")]
    [InlineData("GET http://a?q HTTP/1.1", "/", true, "q")]
    [InlineData("OPTIONS * HTTP/1.1", "*", false, "")]
    [InlineData("OPTIONS http://a HTTP/1.1", "*", false, "")]
    [InlineData("OPTIONS http://a/ HTTP/1.1", "/", false, "")]
    public void Target_AnyForm_GivesPathAndQuery(string line, string path, bool hasQuery, string query)
    {
        string message = line + "\r\n" + Host;
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal(path, Bytes.ToText(head.Path));
        Assert.Equal(hasQuery, head.HasQuery);
        Assert.Equal(query, Bytes.ToText(head.Query));
        Assert.Equal(path == "*", head.IsAsteriskForm);
        Assert.Equal(line.Split(' ')[1], Bytes.ToText(head.RawTarget));
    }

    [Fact]
    public void Target_HttpsOnTlsPort_IsTaken()
    {
        byte[] message = Bytes.Of("GET https://a:443/x HTTP/1.1\r\nHost: a\r\n\r\n");
        (RequestHead head, RequestHeadReader _, ReadStatus status) = Requests.Read(message, [message.Length], Requests.Limits, 443);
        Assert.Equal(ReadStatus.Done, status);
        Assert.Equal("a", Bytes.ToText(head.Authority));
    }
}
