using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class BodyReaderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n", "hello", "GET / HTTP/1.1\r\n")]
    [InlineData("1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", "abcdef", "")]
    [InlineData("0000000000000005\r\nhello\r\n000\r\n\r\n", "hello", "")]
    [InlineData("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", "")]
    [InlineData("5;a=b\r\nhello\r\n0;c=d\r\n\r\n", "hello", "")]
    [InlineData("5;a=b;c=\"d \\\" ; \t\\\\ \u00e9\";e=f\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("5;a=\"\"\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", "")]
    public void Chunks_WellFormed_AreDecoded(string wire, string data, string rest)
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay(wire);
        Assert.Equal(new Bodies.Outcome(ReadStatus.Done, Violation.None, data, wire.Length - rest.Length, string.Empty), outcome);
    }

    /// <summary>H1-D.</summary>
    [Theory]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("5_0\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("5\t\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData(";a=b\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("g\r\n", Violation.InvalidChunkSize)]
    [InlineData("5\u0000\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("00000000000000005\r\nhello\r\n0\r\n\r\n", Violation.ChunkTooLarge)]
    [InlineData("FFFFFFFFFFFFFFFF\r\n", Violation.ChunkTooLarge)]
    [InlineData("4000000000000001\r\n", Violation.ChunkTooLarge)]
    [InlineData("8000000000000000;a=b\r\n", Violation.ChunkTooLarge)]
    [InlineData("5;\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=b;\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;=b\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5; a=b\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a =b\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=b c\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=\"x\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=\"x\"y\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=\"x\u0001\"\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=\"x\\\r\n\"\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=\"x\\\n\"\r\nhello\r\n0\r\n\r\n", Violation.BareLf)]
    [InlineData("5;\nxx\r\nhello\r\n0\r\n\r\n", Violation.BareLf)]
    [InlineData("5;a=b\nxx\r\nhello\r\n0\r\n\r\n", Violation.BareLf)]
    [InlineData("5;a\rb\r\nhello\r\n0\r\n\r\n", Violation.InvalidChunkExtension)]
    [InlineData("5;a=b\rb\r\nhello\r\n0\r\n\r\n", Violation.BareCr)]
    [InlineData("5\nhello\r\n0\r\n\r\n", Violation.BareLf)]
    [InlineData("5\r\nhello\n0\r\n\r\n", Violation.BareLf)]
    [InlineData("5\rhello\r\n0\r\n\r\n", Violation.BareCr)]
    [InlineData("5\r\nhello0\r\n\r\n", Violation.MissingChunkEnd)]
    [InlineData("5\r\nhello\rX0\r\n\r\n", Violation.MissingChunkEnd)]
    [InlineData("5\r\nhello\r\nXX0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("5\r\nhello world\r\n0\r\n\r\n", Violation.MissingChunkEnd)]
    [InlineData("5\r\nhel\r\n0\r\n\r\n", Violation.MissingChunkEnd)]
    [InlineData("5\r\nhello\r\n\r\n0\r\n\r\n", Violation.InvalidChunkSize)]
    [InlineData("0\n\r\n", Violation.BareLf)]
    [InlineData("0\r\n\n", Violation.BareLf)]
    [InlineData("0\r\n\rX", Violation.BareCr)]
    [InlineData("0\r\nX: y\n\r\n", Violation.BareLf)]
    [InlineData("0\r\nX: y\r\n\n", Violation.BareLf)]
    [InlineData("0\r\nX: y\r\n z\r\n\r\n", Violation.ObsFold)]
    [InlineData("0\r\nX : y\r\n\r\n", Violation.WhitespaceBeforeColon)]
    [InlineData("0\r\nX\r\n\r\n", Violation.MissingColon)]
    [InlineData("0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Violation.MissingColon)]
    [InlineData("0\r\nX: \u0000\r\n\r\n", Violation.ControlCharacter)]
    public void Chunks_Malformed_AreRefused(string wire, Violation violation)
    {
        Bodies.AssertViolation(violation, wire);
        Assert.Equal(400, Violations.Get(violation).Status);
    }

    [Fact]
    public void Chunk_OfTheLargestSize_IsTaken()
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay("4000000000000000\r\nab");
        Assert.Equal((ReadStatus.NeedMore, "ab"), (outcome.Status, outcome.Data));
    }

    [Theory]
    [InlineData(256, ReadStatus.Done)]
    [InlineData(257, ReadStatus.Failed)]
    [InlineData(65536, ReadStatus.Failed)]
    public void Extension_Long_IsRefused(int length, ReadStatus expected)
    {
        byte[] wire = Bytes.Of($"5;a={Bytes.Repeat('b', length - 3)}\r\nhello\r\n0\r\n\r\n");
        Bodies.Outcome outcome = Bodies.Read(wire, [wire.Length], BodyFraming.Chunked, -1);
        Assert.Equal(expected, outcome.Status);
        Assert.Equal(expected == ReadStatus.Failed ? Violation.ChunkExtensionsTooLarge : Violation.None, outcome.Violation);
    }

    /// <summary>CVE-2023-39326: extensions cost the sender next to nothing and the reader its time.</summary>
    [Fact]
    public void Extensions_OutOfProportion_AreRefused()
    {
        string chunk = $"1;a={Bytes.Repeat('b', 200)}\r\nx\r\n";
        byte[] wire = Bytes.Of(string.Concat(Enumerable.Repeat(chunk, 100)) + "0\r\n\r\n");
        foreach (int[] ends in new[] { new[] { wire.Length }, Enumerable.Range(0, wire.Length + 1).ToArray() })
        {
            Bodies.Outcome outcome = Bodies.Read(wire, ends, BodyFraming.Chunked, -1);
            Assert.Equal(Violation.ChunkExtensionsTooLarge, outcome.Violation);
            Assert.InRange(outcome.Data.Length, 10, 30);
        }
    }

    [Fact]
    public void Extensions_InProportion_AreTaken()
    {
        // As signed uploads have them: about 90 bytes for every 8 KiB.
        string chunk = $"2000;chunk-signature={Bytes.Repeat('f', 64)}\r\n{Bytes.Repeat('d', 0x2000)}\r\n";
        byte[] wire = Bytes.Of(string.Concat(Enumerable.Repeat(chunk, 100)) + "0\r\n\r\n");
        Bodies.Outcome outcome = Bodies.Read(wire, [wire.Length], BodyFraming.Chunked, -1);
        Assert.Equal((ReadStatus.Done, 0x2000 * 100), (outcome.Status, outcome.Data.Length));
    }

    [Fact]
    public void Trailers_Allowed_AreKept()
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay("3\r\nabc\r\n0\r\nX-Checksum: 12 \r\nETag: \"a\"\r\nServer-Timing:x\r\nContent-Digest: y\r\n\r\nrest");
        Assert.Equal(ReadStatus.Done, outcome.Status);
        Assert.Equal("X-Checksum=12 [Other None]\nETag=\"a\" [ETag None]\nServer-Timing=x [Other None]\nContent-Digest=y [Other None]\n", outcome.Trailers);
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Host: b")]
    [InlineData("Authorization: x")]
    [InlineData("Cookie: a=b")]
    [InlineData("Set-Cookie: a=b")]
    [InlineData("Connection: close")]
    [InlineData("TE: trailers")]
    [InlineData("Upgrade: x")]
    [InlineData("Content-Type: x")]
    [InlineData("Content-Encoding: gzip")]
    [InlineData("Content-Range: x")]
    [InlineData("Cache-Control: no-store")]
    [InlineData("X-Forwarded-For: 1.2.3.4")]
    [InlineData("X-Forwarded-User: root")]
    [InlineData("X-Real-IP: 1.2.3.4")]
    [InlineData("Forwarded: for=1.2.3.4")]
    [InlineData("X_Under: score")]
    [InlineData("Trailer: x")]
    [InlineData("Expect: 100-continue")]
    public void Trailer_ThatHasNoPlaceThere_IsDropped(string line)
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay($"0\r\n{line}\r\nX: y\r\n\r\n");
        Assert.Equal((ReadStatus.Done, "X=y [Other None]\n"), (outcome.Status, outcome.Trailers));
        Assert.Equal(string.Empty, Bodies.ReadAnyWay($"0\r\n{line}\r\n\r\n").Trailers);
    }

    [Theory]
    [InlineData(1024, ReadStatus.Done)]
    [InlineData(1025, ReadStatus.Failed)]
    public void Trailers_Large_AreRefused(int bytes, ReadStatus expected)
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay($"0\r\nX: {Bytes.Repeat('y', bytes - 5)}\r\n\r\nrest");
        Assert.Equal((expected, expected == ReadStatus.Failed ? Violation.FieldsTooLarge : Violation.None), (outcome.Status, outcome.Violation));
    }

    [Theory]
    [InlineData(10, Violation.None)]
    [InlineData(11, Violation.TooManyFields)]
    public void Trailers_Many_AreRefused(int count, Violation violation) =>
        Assert.Equal(violation, Bodies.ReadAnyWay($"0\r\n{string.Concat(Enumerable.Repeat("Host: y\r\n", count))}\r\n").Violation);

    [Theory]
    [InlineData(0, "", 0)]
    [InlineData(5, "hello", 5)]
    public void ContentLength_Reached_IsDone(long length, string data, int consumed)
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay("hello world", BodyFraming.ContentLength, length);
        Assert.Equal(new Bodies.Outcome(ReadStatus.Done, Violation.None, data, consumed, string.Empty), outcome);
    }

    [Fact]
    public void None_HasNoContent()
    {
        Bodies.Outcome outcome = Bodies.ReadAnyWay("hello", BodyFraming.None);
        Assert.Equal(new Bodies.Outcome(ReadStatus.Done, Violation.None, string.Empty, 0, string.Empty), outcome);
    }

    [Theory]
    [InlineData(BodyFraming.ContentLength, 6, "hello", false)]
    [InlineData(BodyFraming.ContentLength, 5, "hello", true)]
    [InlineData(BodyFraming.Chunked, -1, "5\r\nhello\r\n0\r\n", false)]
    [InlineData(BodyFraming.Chunked, -1, "5\r\nhello\r\n", false)]
    [InlineData(BodyFraming.Chunked, -1, "", false)]
    [InlineData(BodyFraming.Chunked, -1, "0\r\n\r\n", true)]
    [InlineData(BodyFraming.UntilClose, -1, "hello", true)]
    [InlineData(BodyFraming.UntilClose, -1, "", true)]
    [InlineData(BodyFraming.None, -1, "", true)]
    public void Close_WithinContent_IsTruncation(BodyFraming framing, long length, string wire, bool isComplete)
    {
        var reader = new BodyReader();
        reader.Begin(framing, length, Bodies.TrailerLimits);
        byte[] bytes = Bytes.Of(wire);
        reader.Read(bytes, 0, bytes.Length, out _, out _, out _);
        Assert.Equal(isComplete, reader.TryCompleteAtClose());
        Assert.Equal(isComplete, reader.IsComplete);
        Assert.Equal(isComplete ? Violation.None : Violation.TruncatedContent, reader.Violation);
    }
}
