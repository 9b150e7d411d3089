using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Http.Tests.Support;
using Sluice.TestKit.Measuring;

namespace Sluice.Http.Tests.Representations;

public sealed class ByteRangesTests
{
    // RFC 9110, section 14.1.2, with its examples for a length of 10,000.
    [Theory]
    [InlineData("bytes=0-499", "0-499")]
    [InlineData("bytes=500-999", "500-999")]
    [InlineData("bytes=-500", "9500-9999")]
    [InlineData("bytes=9500-", "9500-9999")]
    [InlineData("bytes=0-0,-1", "0-0 9999-9999")]
    [InlineData("bytes= 0-999, 4500-5499, -1000", "0-999 4500-5499 9000-9999")]
    [InlineData("bytes=0-", "0-9999")]
    [InlineData("bytes=-20000", "0-9999")]
    [InlineData("bytes=9999-20000", "9999-9999")]
    [InlineData("bytes=0-99999999999999999999999999", "0-9999")]
    [InlineData("BYTES=1-2", "1-2")]
    [InlineData("bytes=,1-2 ,,", "1-2")]
    [InlineData("bytes=1-2,10000-", "1-2")]
    public void Ranges_AreResolved(string value, string expected) => Assert.Equal(expected, Describe(value, 10_000));

    // Section 15.3.7.2: parts that overlap or touch are one, at the place of the first; the others keep their order.
    [Theory]
    [InlineData("bytes=500-600,601-999", "500-999")]
    [InlineData("bytes=500-700,601-999", "500-999")]
    [InlineData("bytes=20-29,0-9,10-19", "0-29")]
    [InlineData("bytes=20-29,0-9,25-40", "20-40 0-9")]
    [InlineData("bytes=0-,0-,0-,0-", "0-9999")]
    [InlineData("bytes=90-99,0-5,50-60", "90-99 0-5 50-60")]
    [InlineData("bytes=0-1,4-5,8-9,1-8", "0-9")]
    public void Ranges_ThatOverlapOrTouch_BecomeOne(string value, string expected) => Assert.Equal(expected, Describe(value, 10_000));

    // Section 14.2: another unit is ignored, and what is invalid may be; 14.1.1: a range that ends before it begins is invalid.
    [Theory]
    [InlineData("pages=1-2")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes=-")]
    [InlineData("bytes=5")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=0-1,5-4")]
    [InlineData("bytes=0-1,x")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1--2")]
    [InlineData("bytes=0x1-2")]
    [InlineData("bytes =0-1")]
    public void Range_ThatIsNone_IsIgnored(string value) => Assert.Equal("Whole", Describe(value, 10_000));

    // Section 14.1.2 and 15.5.17.
    [Theory]
    [InlineData("bytes=10000-")]
    [InlineData("bytes=10000-10001,20000-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=99999999999999999999999999-")]
    public void Ranges_ThatBeginBehindTheEnd_CantBeSatisfied(string value) => Assert.Equal("Unsatisfiable", Describe(value, 10_000));

    [Theory]
    [InlineData("bytes=0-", "Unsatisfiable")]
    [InlineData("bytes=-5", "Whole")]
    [InlineData("bytes=-0", "Unsatisfiable")]
    public void Nothing_HasNoParts(string value, string expected) => Assert.Equal(expected, Describe(value, 0));

    // Section 14.2: many small ranges are an attack, or as good as one.
    [Theory]
    [InlineData(16, false)]
    [InlineData(17, true)]
    [InlineData(1000, true)]
    public void Ranges_BeyondTheMost_GetTheWhole(int count, bool isWhole)
    {
        string value = "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{i * 2}-{i * 2}"));
        Assert.Equal(isWhole, Describe(value, 10_000) == "Whole");
    }

    [Fact]
    public void Ranges_OfAnySet_AreSeparateAndCoverWhatWasAskedFor()
    {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++)
        {
            (int First, int Last)[] asked = [.. Enumerable.Range(0, random.Next(1, 17)).Select(_ => random.Next(0, 90)).Select(at => (at, at + random.Next(0, 12)))];
            var ranges = new ByteRanges();
            RequestHead request = Parse("bytes=" + string.Join(',', asked.Select(range => $"{range.First}-{range.Last}")));
            Assert.Equal(RangeOutcome.Partial, ranges.Read(request.Fields, 100));
            bool[] sent = new bool[102];
            for (int i = 0; i < ranges.Count; i++)
            {
                for (long at = ranges[i].Offset; at < ranges[i].End; at++)
                {
                    Assert.False(sent[at]);
                    sent[at] = true;
                }
            }

            for (int at = 0; at < 100; at++)
            {
                Assert.Equal(asked.Any(range => at >= range.First && at <= range.Last), sent[at]);
            }
        }
    }

    // Section 14.6 and 15.3.7.2.
    [Fact]
    public void Multipart_IsAsLongAsItSaid()
    {
        var ranges = new ByteRanges();
        _ = ranges.Read(Parse("bytes=0-1,5-99,-3").Fields, 1000);
        var multipart = new MultipartRanges();
        multipart.Begin();
        var writer = new HeadWriter(new byte[4096]);
        multipart.AppendContentType(ref writer);
        string boundary = Bytes.ToText(writer.WrittenFrom(0)).Trim()["Content-Type: multipart/byteranges; boundary=".Length..];
        int start = writer.Length;
        for (int i = 0; i < ranges.Count; i++)
        {
            multipart.AppendPartHead(ref writer, i == 0, ranges[i], 1000, "text/plain"u8);
            writer.Append(new byte[ranges[i].Length]);
        }

        multipart.AppendEnd(ref writer);
        string text = Bytes.ToText(writer.WrittenFrom(start));
        Assert.Equal(text.Length, multipart.LengthOf(ranges, 1000, "text/plain".Length));
        string[] parts = text.Split("--" + boundary);
        Assert.Equal(5, parts.Length);
        Assert.Equal("\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/1000\r\n\r\n\0\0\r\n", parts[1]);
        Assert.StartsWith("\r\nContent-Type: text/plain\r\nContent-Range: bytes 997-999/1000\r\n\r\n", parts[3], StringComparison.Ordinal);
        Assert.Equal("--\r\n", parts[4]);
    }

    [Fact]
    public void Multipart_BeganTwice_HasTwoBoundaries()
    {
        var multipart = new MultipartRanges();
        Assert.NotEqual(Boundary(multipart), Boundary(multipart));
    }

    [Fact]
    public void ContentRange_HasTheFormsOfSection14Point4()
    {
        var writer = new HeadWriter(new byte[ContentRange.LineBytesMax]);
        ContentRange.Append(ref writer, new ByteRange(long.MaxValue - 10, 10), long.MaxValue);
        Assert.Equal("Content-Range: bytes 9223372036854775797-9223372036854775806/9223372036854775807\r\n", Bytes.ToText(writer.WrittenFrom(0)));
        var unsatisfied = new HeadWriter(new byte[ContentRange.LineBytesMax]);
        ContentRange.AppendUnsatisfied(ref unsatisfied, 47022);
        Assert.Equal("Content-Range: bytes */47022\r\n", Bytes.ToText(unsatisfied.WrittenFrom(0)));
    }

    [Fact]
    public void Everything_DoneAThousandTimes_AllocatesNothing()
    {
        RequestHead request = Requests.Parse("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,5-9,-4\r\nIf-Range: \"a\"\r\nIf-None-Match: \"b\"\r\n\r\n");
        var ranges = new ByteRanges();
        var multipart = new MultipartRanges();
        byte[] memory = new byte[1024];
        double allocated = Allocations.PerRound(1000, _ =>
        {
            var validators = new Validators { ETag = "\"a\""u8 };
            bool goesOn = Preconditions.Evaluate(request.Fields, true, validators, PreconditionScope.Origin) == PreconditionOutcome.Proceed
                && Preconditions.AllowsRange(request.Fields, validators) && ranges.Read(request.Fields, 1000) == RangeOutcome.Partial;
            Assert.True(goesOn);
            multipart.Begin();
            var writer = new HeadWriter(memory);
            multipart.AppendPartHead(ref writer, true, ranges[0], 1000, "text/plain"u8);
            Assert.True(multipart.LengthOf(ranges, 1000, 10) > writer.Length);
        });
        Assert.Equal(0, allocated);
    }

    private static string Boundary(MultipartRanges multipart)
    {
        multipart.Begin();
        var writer = new HeadWriter(new byte[200]);
        multipart.AppendEnd(ref writer);
        return Bytes.ToText(writer.WrittenFrom(0));
    }

    private static string Describe(string value, long length)
    {
        var ranges = new ByteRanges();
        RangeOutcome outcome = ranges.Read(Parse(value).Fields, length);
        Assert.Equal(outcome == RangeOutcome.Partial, ranges.Count > 0);
        return outcome == RangeOutcome.Partial
            ? string.Join(' ', Enumerable.Range(0, ranges.Count).Select(i => $"{ranges[i].Offset}-{ranges[i].Last}"))
            : outcome.ToString();
    }

    private static RequestHead Parse(string value) => Requests.Parse($"GET / HTTP/1.1\r\nHost: a\r\nRange: {value}\r\n\r\n");
}
