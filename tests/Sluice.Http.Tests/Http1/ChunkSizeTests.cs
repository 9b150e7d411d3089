using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http1;

public sealed class ChunkSizeTests
{
    [Theory]
    [InlineData(1, "1\r\n")]
    [InlineData(15, "f\r\n")]
    [InlineData(16, "10\r\n")]
    [InlineData(0xABCDE, "abcde\r\n")]
    [InlineData(int.MaxValue, "7fffffff\r\n")]
    public void Write_AnySize_IsHexadecimalWithALineEnd(int count, string expected) => Assert.Equal(expected, Line(count));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Write_NoData_IsRefused(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => Line(count));

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(4096)]
    public void Chunks_WrittenAndRead_AreTheSame(int count)
    {
        string data = Bytes.Repeat('d', count);
        string chunk = Line(count) + data + "\r\n";
        byte[] wire = Bytes.Of(chunk + chunk + "0\r\n\r\n");
        Bodies.Outcome outcome = Bodies.Read(wire, [wire.Length], BodyFraming.Chunked, -1);
        Assert.Equal(new Bodies.Outcome(ReadStatus.Done, Violation.None, data + data, wire.Length, string.Empty), outcome);
    }

    private static string Line(int count)
    {
        byte[] space = new byte[ChunkSize.BytesMax];
        var writer = new HeadWriter(space);
        ChunkSize.Write(ref writer, count);
        Assert.False(writer.Overflowed);
        return Bytes.ToText(space.AsSpan(0, writer.Length));
    }
}
