using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.ErrorPages;
using Xunit;

namespace Sluice.Proxy.Tests.ErrorPages;

/// <summary>How much a client wants a content type (RFC 9110, section 12.5.1).</summary>
public sealed class AcceptFieldTests
{
    [Theory]
    [InlineData("", 1000)]
    [InlineData("Accept: */*\r\n", 1000)]
    [InlineData("Accept: text/html\r\n", 1000)]
    [InlineData("Accept: TEXT/HTML ; q=0.25\r\n", 250)]
    [InlineData("Accept: text/html;q=0\r\n", 0)]
    [InlineData("Accept: text/*;q=0.3, text/html;q=0.7, */*;q=0.5\r\n", 700)]
    [InlineData("Accept: text/*;q=0.3, */*;q=0.5\r\n", 300)]
    [InlineData("Accept: image/png, */*;q=0.123\r\n", 123)]
    [InlineData("Accept: image/png\r\nAccept: text/html;level=1;Q=0.4\r\n", 400)]
    [InlineData("Accept: image/png\r\n", 0)]
    [InlineData("Accept: text/htmlx, text/htm, xtext/html\r\n", 0)]
    [InlineData("Accept: text/html;q=1.000\r\n", 1000)]
    [InlineData("Accept: text/html;q=1.5\r\n", 1000)]
    [InlineData("Accept: text/html;q=2\r\n", 0)]
    [InlineData("Accept: text/html;q=\r\n", 0)]
    [InlineData("Accept: text/html;q=0.12345\r\n", 0)]
    [InlineData("Accept: text/html;q=0.x\r\n", 0)]
    [InlineData("Accept: ;;;\r\n", 0)]
    [InlineData("Accept: /*, *, text\r\n", 0)]
    [InlineData("Accept: \r\n", 1000)]
    public void Quality_OfHtml_IsThatOfTheMostPreciseRange(string field, int expected)
    {
        var head = new RequestHead();
        var reader = new RequestHeadReader(head);
        byte[] message = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n");
        reader.Begin(0, new HeadLimits(1024, 1024, 10));
        Assert.Equal(ReadStatus.Done, reader.Read(message, message.Length));

        Assert.Equal(expected, AcceptField.QualityOf(head.Fields, "text/html"u8));
    }
}
