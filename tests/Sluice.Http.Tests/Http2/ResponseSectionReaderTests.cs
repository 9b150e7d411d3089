using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Tests.Http2;

/// <summary>Heads of responses from field blocks (RFC 9113, section 8.3.2). The rules that end in a refusal are tried with whole connections in tests/Scenarios.</summary>
public sealed class ResponseSectionReaderTests
{
    private static readonly HeadLimits Limits = new(8192, 2048, 10);

    private readonly ResponseSectionReader _reader = new();
    private readonly ResponseHead _head = new();
    private readonly HpackDecoder _decoder = new(4096);
    private readonly HpackEncoder _encoder = new();
    private readonly byte[] _buffer = new byte[8192];

    [Theory]
    [InlineData(":status: 200\r\n", false, RequestMethod.Get, BodyFraming.Chunked, -1)]
    [InlineData(":status: 200\r\n", true, RequestMethod.Get, BodyFraming.ContentLength, 0)]
    [InlineData(":status: 200\r\ncontent-length: 7\r\n", false, RequestMethod.Get, BodyFraming.ContentLength, 7)]
    [InlineData(":status: 200\r\ncontent-length: 7\r\n", true, RequestMethod.Head, BodyFraming.None, 7)]
    [InlineData(":status: 200\r\n", true, RequestMethod.Head, BodyFraming.None, -1)]
    [InlineData(":status: 304\r\ncontent-length: 7\r\n", true, RequestMethod.Get, BodyFraming.None, 7)]
    [InlineData(":status: 204\r\n", true, RequestMethod.Get, BodyFraming.None, -1)]
    [InlineData(":status: 103\r\nlink: </a>\r\n", false, RequestMethod.Get, BodyFraming.None, -1)]
    public void Head_Read_SaysWhereItsContentEnds(string lines, bool endsStream, RequestMethod method, BodyFraming framing, long length)
    {
        Assert.Equal(Violation.None, Read(lines, endsStream, method));

        Assert.Equal((framing, length), (_head.Framing, _head.ContentLength));
        Assert.True(_head is { IsHttp2: true, KeepAlive: true, MinorVersion: 1 });
    }

    [Fact]
    public void Fields_Read_AreLinesOfTheBuffer()
    {
        Assert.Equal(Violation.None, Read(":status: 200\r\nserver: origin\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx_y: 1\r\n"));

        Assert.Equal(_buffer.AsSpan(0, _reader.Length).ToArray(), Encoding.ASCII.GetBytes(":status: 200\r\nserver: origin\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx_y: 1\r\n"));
        Assert.Equal(4, _head.Fields.Count);
        Assert.Equal("b=2"u8, _head.Fields.Value(2));
        Assert.Equal(FieldFlags.Underscore, _head.Fields[3].Flags);
    }

    [Theory]
    [InlineData("server: origin\r\n", Violation.MissingPseudoField)]
    [InlineData(":status: 200\r\nconnection: close\r\n", Violation.ConnectionSpecificField)]
    [InlineData(":status: 101\r\n", Violation.InvalidStatusCode)]
    [InlineData(":status: 99\r\n", Violation.InvalidStatusCode)]
    [InlineData(":status: 204\r\ncontent-length: 1\r\n", Violation.FramingWithoutContent)]
    public void Head_ThatBreaksARule_IsRefused_AndNothingOfItKept(string lines, Violation violation)
    {
        Assert.Equal(violation, Read(lines));

        Assert.Equal(0, _reader.Length);
    }

    [Fact]
    public void Head_AboveItsLimits_IsRefused()
    {
        Assert.Equal(Violation.FieldsTooLarge, Read($":status: 200\r\nx: {new string('v', 2048)}\r\n"));
        Assert.Equal(Violation.TooManyFields, Read(":status: 200\r\n" + string.Concat(Enumerable.Range(0, 11).Select(i => $"x{i}: 1\r\n"))));
        Assert.Equal(Violation.None, Read(":status: 200\r\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"x{i}: 1\r\n"))));
    }

    [Fact]
    public void SuccessOfAnExtendedConnect_IsASwitch_WithTheProofForHttp1()
    {
        Read(":status: 200\r\ncontent-length: 5\r\nsec-websocket-accept: theirs\r\n");

        _reader.PresentAsUpgrade("WebSocket"u8, "proof"u8);

        Assert.Equal((101, BodyFraming.None, -1L), (_head.Status, _head.Framing, _head.ContentLength));
        Assert.Equal("WebSocket"u8, _head.UpgradeToken);
        var writer = new HeadWriter(new byte[256]);
        writer.AppendFields(_head.Fields, FieldFlags.Replaced | FieldFlags.Framing, 0);
        Assert.Equal("sec-websocket-accept: proof\r\n"u8, writer.WrittenFrom(0));

        // Wherever the head is kept, all of it lies within its length.
        byte[] copy = _buffer[.._reader.Length];
        _head.Rebind(copy);
        Assert.Equal("WebSocket"u8, _head.UpgradeToken);
        Assert.Equal("proof"u8, _head.Fields.Value(_head.Fields.Count - 1));
    }

    [Fact]
    public void Block_ThatCanNotBeDecoded_IsToldFromABrokenHead()
    {
        Assert.False(_reader.TryRead(_head, _decoder, [0xFF, 0xFF, 0xFF], _buffer, Limits, RequestMethod.Get, endsStream: false));
    }

    private Violation Read(string lines, bool endsStream = false, RequestMethod method = RequestMethod.Get)
    {
        byte[] block = new byte[16 * 1024];
        int length = _encoder.BeginBlock(block);
        length += _encoder.EncodeLines(Encoding.ASCII.GetBytes(lines), block.AsSpan(length));
        Assert.True(_reader.TryRead(_head, _decoder, block.AsSpan(0, length), _buffer, Limits, method, endsStream));
        return _reader.Violation;
    }
}
