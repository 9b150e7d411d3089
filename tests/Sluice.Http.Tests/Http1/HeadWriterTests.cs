using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class HeadWriterTests
{
    private static readonly ulong HostMask = KnownFields.MaskOf(KnownField.Host);

    [Fact]
    public void Parts_Written_AreCanonical()
    {
        byte[] memory = new byte[256];
        var writer = new HeadWriter(memory);
        writer.AppendStatusLine(404, ReasonPhrases.Get(404));
        writer.AppendField("A"u8, "b c"u8);
        writer.AppendField("D"u8, default);
        writer.Append("Content-Length: "u8);
        writer.AppendNumber(1234567890123);
        writer.Append("\r\n"u8);
        writer.EndHead();
        Assert.False(writer.Overflowed);
        Assert.Equal(
            "HTTP/1.1 404 Not Found\r\nA: b c\r\nD: \r\nContent-Length: 1234567890123\r\n\r\n",
            Bytes.ToText(memory.AsSpan(0, writer.Length)));
    }

    [Theory]
    [InlineData("A: 1\r\nB: 2\r\n", "A: 1\r\nB: 2\r\n")]
    [InlineData("A:1\r\nB: 2\r\nC:  3 \r\nD:\r\nE: 5\r\nF: 6\r\n", "A: 1\r\nB: 2\r\nC: 3\r\nD: \r\nE: 5\r\nF: 6\r\n")]
    [InlineData("A: 1 \r\nB: 2\r\n", "A: 1\r\nB: 2\r\n")]
    [InlineData("A:\t1\r\nB: 2\t\r\n", "A: 1\r\nB: 2\r\n")]
    [InlineData("A: 1\r\nConnection: x, close\r\nX: 2\r\nKeep-Alive: 1\r\nB: 3\r\n", "A: 1\r\nB: 3\r\n")]
    [InlineData("Connection: x\r\nA: 1\r\nX: 2\r\n", "A: 1\r\n")]
    [InlineData("X_Y: 1\r\nContent-Length: 5\r\nA: 1\r\n", "A: 1\r\n")]
    [InlineData("", "")]
    public void Fields_Written_DropWhatIsFlagged(string fields, string expected)
    {
        RequestHead head = Requests.Parse($"GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n");
        Assert.Equal(expected, Write(head.Fields, HostMask));
        Assert.Equal("Host: h\r\n" + expected, Write(head.Fields, 0));
    }

    [Fact]
    public void Memory_TooShort_SetsOverflowedAndThrowsNothing()
    {
        RequestHead head = Requests.Parse(Corpus.BrowserRequest);
        int needed = Write(head.Fields, HostMask).Length + "HTTP/1.1 200 OK\r\n12\r\n\r\n".Length;
        for (int room = 0; room <= needed; room++)
        {
            byte[] memory = new byte[room];
            var writer = new HeadWriter(memory);
            writer.AppendStatusLine(200, "OK"u8);
            writer.AppendNumber(12);
            writer.EndHead();
            writer.AppendFields(head.Fields, FieldFlags.HopByHop, HostMask);
            writer.EndHead();
            Assert.Equal(room < needed, writer.Overflowed);
            Assert.InRange(writer.Length, 0, room);
        }
    }

    /// <summary>What is forwarded is read by the next server just as it was read here.</summary>
    [Fact]
    public void Requests_WrittenAndReadAgain_AreTheSame()
    {
        foreach (string message in Corpus.Requests)
        {
            RequestHead head = Requests.Parse(message);
            string written = Forward(head);
            RequestHead again = Requests.Parse(written);
            Assert.Equal(Bytes.ToText(head.Path), Bytes.ToText(again.Path));
            Assert.Equal(Bytes.ToText(head.Query), Bytes.ToText(again.Query));
            Assert.Equal(head.Host.IsEmpty ? "h" : Bytes.ToText(head.Host), Bytes.ToText(again.Host));
            Assert.Equal((head.Port, head.Framing, head.ContentLength), (again.Port, again.Framing, again.ContentLength));
            Assert.Equal(written, Forward(again));
            Assert.StartsWith("Done", Requests.ReadAnyWay(Bytes.Of(written)), StringComparison.Ordinal);
        }
    }

    private static string Forward(RequestHead head)
    {
        byte[] memory = new byte[4096];
        var writer = new HeadWriter(memory);
        writer.Append(head.MethodText);
        writer.Append(" "u8);
        writer.Append(head.Path);
        writer.Append(head.HasQuery ? "?"u8 : default);
        writer.Append(head.Query);
        writer.Append(" HTTP/1.1\r\n"u8);
        writer.AppendField("Host"u8, head.Host.IsEmpty ? "h"u8 : head.Authority);
        writer.AppendFields(head.Fields, FieldFlags.HopByHop | FieldFlags.Underscore | FieldFlags.Framing, HostMask);
        if (head.Framing == BodyFraming.Chunked)
        {
            writer.AppendField("Transfer-Encoding"u8, "chunked"u8);
        }
        else if (head.Framing == BodyFraming.ContentLength)
        {
            writer.Append("Content-Length: "u8);
            writer.AppendNumber(head.ContentLength);
            writer.Append("\r\n"u8);
        }

        writer.EndHead();
        Assert.False(writer.Overflowed);
        return Bytes.ToText(memory.AsSpan(0, writer.Length));
    }

    private static string Write(FieldTable fields, ulong mask)
    {
        byte[] memory = new byte[4096];
        var writer = new HeadWriter(memory);
        writer.AppendFields(fields, FieldFlags.HopByHop | FieldFlags.Underscore | FieldFlags.Framing, mask);
        Assert.False(writer.Overflowed);
        return Bytes.ToText(memory.AsSpan(0, writer.Length));
    }
}
