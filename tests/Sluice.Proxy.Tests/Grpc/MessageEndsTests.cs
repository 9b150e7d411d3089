using System.Buffers.Binary;
using Sluice.Proxy.Grpc;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>Where messages end, in content that comes in any parts.</summary>
public sealed class MessageEndsTests
{
    [Fact]
    public void Ends_ByteByByte_AreThoseOfTheMessages()
    {
        var random = new Random(20_270_421);
        List<byte> content = [];
        HashSet<int> expected = [0];
        foreach (int length in new[] { 0, 1, 0, 255, 256, 300, 70_000 })
        {
            byte[] message = new byte[5 + length];
            random.NextBytes(message);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), length);
            content.AddRange(message);
            expected.Add(content.Count);
        }

        byte[] bytes = [.. content];
        var single = default(MessageEnds);
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Equal(expected.Contains(i), single.IsAtEnd);
            single.Advance(bytes.AsSpan(i, 1));
        }

        Assert.True(single.IsAtEnd);
        for (int round = 0; round < 200; round++)
        {
            var ends = default(MessageEnds);
            for (int at = 0; at < bytes.Length;)
            {
                int count = Math.Min(bytes.Length - at, random.Next(1, random.Next(2, 40_000)));
                ends.Advance(bytes.AsSpan(at, count));
                at += count;
                Assert.Equal(expected.Contains(at), ends.IsAtEnd);
            }
        }
    }

    [Fact]
    public void Message_OfTheLargestLength_IsWaitedFor()
    {
        var ends = default(MessageEnds);
        ends.Advance([1, 0xFF, 0xFF, 0xFF, 0xFF]);
        byte[] part = new byte[1 << 20];
        for (int i = 0; i < 4_095; i++)
        {
            ends.Advance(part);
        }

        ends.Advance(part.AsSpan(2));
        Assert.False(ends.IsAtEnd);
        ends.Advance([0]);
        Assert.True(ends.IsAtEnd);
    }
}
