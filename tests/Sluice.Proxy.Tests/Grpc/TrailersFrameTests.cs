using System.Buffers.Binary;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Pipeline;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>Trailers as the last message of gRPC-Web.</summary>
public sealed class TrailersFrameTests
{
    private readonly TrailersFrame _frame = new();

    [Fact]
    public void Trailers_AsAMessage_AreLinesInSmallLetters()
    {
        FieldTable trailers = Trailers("Grpc-Status: 0\r\nGRPC-Message:  \r\nX-Data-Bin: AAEC\r\n");

        Assert.Equal("grpc-status: 0\r\ngrpc-message: \r\nx-data-bin: AAEC\r\n", LinesOf(_frame.Write(trailers, asText: false).Span));
    }

    [Fact]
    public void Trailers_AsText_AreTheSameInBase64()
    {
        FieldTable trailers = Trailers("grpc-status: 5\r\ngrpc-message: not there\r\n");
        byte[] plain = _frame.Write(trailers, asText: false).Span.ToArray();

        BodySlice text = _frame.Write(trailers, asText: true);

        Assert.True(text.IsLast);
        Assert.Equal(plain, Convert.FromBase64String(Encoding.ASCII.GetString(text.Span)));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("x-other: 1\r\n", "x-other: 1\r\n")]
    public void Trailers_WithoutAStatus_SayThatThereIsNone(string? lines, string before)
    {
        BodySlice frame = _frame.Write(lines is null ? null : Trailers(lines), asText: false);

        Assert.Equal($"{before}grpc-status: 2\r\ngrpc-message: the server sent no status\r\n", LinesOf(frame.Span));
    }

    [Fact]
    public void Trailers_OfAnySize_FitInPlaceOfEarlierOnes()
    {
        foreach (int bytes in new[] { 10, 1_000, 1_010, 5_000, 30_000, 3 })
        {
            string lines = $"grpc-status: 0\r\nx-long: {new string('x', bytes)}\r\n";

            Assert.Equal(lines, LinesOf(_frame.Write(Trailers(lines), asText: false).Span));
            BodySlice text = _frame.Write(Trailers(lines), asText: true);
            Assert.Equal(lines, LinesOf(Convert.FromBase64String(Encoding.ASCII.GetString(text.Span))));
        }
    }

    private static string LinesOf(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(0x80, frame[0]);
        Assert.Equal(frame.Length - 5, BinaryPrimitives.ReadInt32BigEndian(frame[1..]));
        return Encoding.ASCII.GetString(frame[5..]);
    }

    private static FieldTable Trailers(string lines)
    {
        byte[] content = Encoding.ASCII.GetBytes($"0\r\n{lines}\r\n");
        var body = new BodyReader();
        body.Begin(BodyFraming.Chunked, 0, new HeadLimits(64 * 1024, 64 * 1024, 100));
        Assert.Equal(ReadStatus.Done, body.Read(content, 0, content.Length, out _, out _, out _));
        return body.Trailers!;
    }
}
