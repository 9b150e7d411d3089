using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class RequestHostTests
{
    [Theory]
    [InlineData("example.com", "example.com", "example.com", 0)]
    [InlineData("EXAMPLE.com.", "example.com", "example.com", 0)]
    [InlineData("example.com:80", "example.com", "example.com", 0)]
    [InlineData("Example.com.:8080", "example.com", "example.com:8080", 8080)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", "127.0.0.1:8080", 8080)]
    [InlineData("[::1]", "[::1]", "[::1]", 0)]
    [InlineData("[2001:DB8:0::1]:81", "[2001:db8::1]", "[2001:db8::1]:81", 81)]
    public void Host_AnySpelling_IsCanonical(string value, string host, string authority, int port)
    {
        string message = $"GET / HTTP/1.1\r\nHost: {value}\r\n\r\n";
        Requests.AssertDone(message);
        RequestHead head = Requests.Parse(message);
        Assert.Equal((host, authority, port), (Bytes.ToText(head.Host), Bytes.ToText(head.Authority), head.Port));
    }

    /// <summary>H1-G.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", Violation.MissingHost)]
    [InlineData("GET http://a/ HTTP/1.1\r\n\r\n", Violation.MissingHost)]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.0\r\nHost:\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Violation.DuplicateHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Violation.DuplicateHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:0\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET / HTTP/1.1\r\nHost: b\u00fccher.example\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", Violation.HostMismatch)]
    [InlineData("GET http://a/ HTTP/1.1\r\nHost: a:8080\r\n\r\n", Violation.HostMismatch)]
    [InlineData("GET http://a,b/ HTTP/1.1\r\nHost: a\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Violation.InvalidHost)]
    [InlineData("GET http://u@a/ HTTP/1.0\r\n\r\n", Violation.InvalidHost)]
    public void Host_MissingOrMalformed_IsRefused(string message, Violation violation)
    {
        Requests.AssertViolation(violation, message);
        Assert.Equal(400, Violations.Get(violation).Status);
    }

    [Fact]
    public void Host_Of300Bytes_IsRefused() =>
        Requests.AssertViolation(Violation.InvalidHost, $"GET / HTTP/1.1\r\nHost: {string.Concat(Enumerable.Repeat("abcdefghi.", 30))}a\r\n\r\n");

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "")]
    [InlineData("GET http://A:81/ HTTP/1.0\r\n\r\n", "a:81")]
    [InlineData("GET http://A.:80/ HTTP/1.1\r\nHost: a\r\n\r\n", "a")]
    [InlineData("GET http://[0::1]/ HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "[::1]")]
    [InlineData("GET / HTTP/1.0\r\nHost: b\r\n\r\n", "b")]
    public void Authority_FromTargetOrHost_IsCanonical(string message, string authority)
    {
        Requests.AssertDone(message);
        Assert.Equal(authority, Bytes.ToText(Requests.Parse(message).Authority));
    }
}
