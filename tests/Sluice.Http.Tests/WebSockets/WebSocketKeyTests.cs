using System.Text;
using Sluice.Http.WebSockets;
using Xunit;

namespace Sluice.Http.Tests.WebSockets;

public sealed class WebSocketKeyTests
{
    [Fact]
    public void Accept_OfTheExampleOfTheRfc_IsItsAnswer()
    {
        // RFC 6455, section 1.3.
        byte[] accept = new byte[WebSocketKey.AcceptBytes];

        Assert.True(WebSocketKey.TryWriteAccept("dGhlIHNhbXBsZSBub25jZQ=="u8, accept));

        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(accept));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Accept_OfALongKey_IsRefused(int length, bool isTaken)
    {
        Assert.Equal(isTaken, WebSocketKey.TryWriteAccept(new byte[length], new byte[WebSocketKey.AcceptBytes]));
    }

    [Fact]
    public void Keys_Are16BytesInBase64_AndDiffer()
    {
        byte[] first = new byte[WebSocketKey.KeyBytes];
        byte[] second = new byte[WebSocketKey.KeyBytes];

        WebSocketKey.Create(first);
        WebSocketKey.Create(second);

        Assert.Equal(16, Convert.FromBase64String(Encoding.ASCII.GetString(first)).Length);
        Assert.NotEqual(first, second);
    }
}
