using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;

namespace Sluice.Http.Tests.Representations;

public sealed class AcceptEncodingTests
{
    private static readonly ContentCoding[] Offered = [ContentCoding.Zstd, ContentCoding.Brotli, ContentCoding.Gzip];

    [Theory]
    [InlineData("gzip", ContentCoding.Gzip)]
    [InlineData("x-gzip", ContentCoding.Gzip)]
    [InlineData("GZip", ContentCoding.Gzip)]
    [InlineData("gzip, deflate, br, zstd", ContentCoding.Zstd)]
    [InlineData("gzip, deflate, br", ContentCoding.Brotli)]
    [InlineData("gzip;q=1.0, br;q=0.5", ContentCoding.Gzip)]
    [InlineData("gzip;q=0.999, br;q=0.998, zstd;q=0.001", ContentCoding.Gzip)]
    [InlineData("gzip ; Q=0.5 , br;q=0.5", ContentCoding.Brotli)]
    [InlineData("*", ContentCoding.Zstd)]
    [InlineData("*;q=0.1, zstd;q=0", ContentCoding.Brotli)]
    [InlineData("gzip;q=0.2, *;q=0.1", ContentCoding.Gzip)]
    [InlineData("deflate", ContentCoding.Identity)]
    [InlineData("", ContentCoding.Identity)]
    [InlineData("identity", ContentCoding.Identity)]
    [InlineData("gzip;q=0", ContentCoding.Identity)]
    [InlineData("gzip;q=0.000", ContentCoding.Identity)]
    [InlineData("*;q=0", ContentCoding.Identity)]
    [InlineData("identity;q=0, gzip", ContentCoding.Gzip)]
    [InlineData("identity;q=0", ContentCoding.Identity)]
    [InlineData("identity, gzip;q=0.5", ContentCoding.Identity)]
    [InlineData("identity;q=0.5, gzip", ContentCoding.Gzip)]
    [InlineData("identity, gzip", ContentCoding.Gzip)]
    [InlineData("gzip;q=2", ContentCoding.Identity)]
    [InlineData("gzip;q=", ContentCoding.Identity)]
    [InlineData("gzip;q=0.5000", ContentCoding.Identity)]
    [InlineData("gzip;q=x, br;q=0.1", ContentCoding.Brotli)]
    [InlineData("gzip, gzip;q=0", ContentCoding.Identity)]
    [InlineData(",, gzip ,", ContentCoding.Gzip)]
    [InlineData("gzip;level=5;q=0.3, br;q=0.2", ContentCoding.Gzip)]
    public void Choice_IsWhatTheClientWantsMost(string accepted, ContentCoding expected) =>
        Assert.Equal(expected, AcceptEncoding.Read(Fields($"Accept-Encoding: {accepted}")).Choose(Offered));

    [Fact]
    public void Choice_WithoutAWord_IsIdentity()
    {
        var accepted = AcceptEncoding.Read(Fields("Accept: */*"));
        Assert.False(accepted.IsPresent);
        Assert.Equal(ContentCoding.Identity, accepted.Choose(Offered));
    }

    [Fact]
    public void Choice_OfSeveralLines_IsThatOfOneList() =>
        Assert.Equal(ContentCoding.Brotli, AcceptEncoding.Read(Fields("Accept-Encoding: gzip;q=0.5\r\nAccept-Encoding: br")).Choose(Offered));

    [Fact]
    public void Choice_AmongEquallyWanted_IsTheFirstOffered() =>
        Assert.Equal(ContentCoding.Gzip, AcceptEncoding.Read(Fields("Accept-Encoding: br, gzip")).Choose([ContentCoding.Gzip, ContentCoding.Brotli]));

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("identity;q=0", false)]
    [InlineData("*;q=0", false)]
    [InlineData("*;q=0, identity;q=0.1", true)]
    [InlineData("*;q=0.5", true)]
    public void Identity_IsTakenUnlessExcluded(string accepted, bool expected) =>
        Assert.Equal(expected, AcceptEncoding.Read(Fields($"Accept-Encoding: {accepted}")).Takes(ContentCoding.Identity));

    [Theory]
    [InlineData("X: y", ContentCoding.Identity)]
    [InlineData("Content-Encoding: gzip", ContentCoding.Gzip)]
    [InlineData("Content-Encoding: x-GZIP", ContentCoding.Gzip)]
    [InlineData("Content-Encoding: br", ContentCoding.Brotli)]
    [InlineData("Content-Encoding: zstd", ContentCoding.Zstd)]
    [InlineData("Content-Encoding: identity", ContentCoding.Identity)]
    [InlineData("Content-Encoding: identity, gzip", ContentCoding.Gzip)]
    [InlineData("Content-Encoding: deflate", ContentCoding.Other)]
    [InlineData("Content-Encoding: gzip, br", ContentCoding.Other)]
    [InlineData("Content-Encoding: gzip\r\nContent-Encoding: gzip", ContentCoding.Other)]
    [InlineData("Content-Encoding:", ContentCoding.Identity)]
    public void Coding_OfAMessage_IsTheOneItNames(string line, ContentCoding expected) => Assert.Equal(expected, ContentCodings.Of(Fields(line)));

    private static FieldTable Fields(string lines)
    {
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{lines}\r\n\r\n");
        var response = new ResponseHead();
        var reader = new ResponseHeadReader(response);
        reader.Begin(0, new HeadLimits(head.Length, head.Length, head.Length), RequestMethod.Get);
        Assert.Equal(ReadStatus.Done, reader.Read(head, head.Length));
        return response.Fields;
    }
}
