using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

public sealed class DecoderTests
{
    /// <summary>RFC 9113, section 8.2.1. What is wrong with an entry is remembered with it; a name that is referred to brings its own fault only.</summary>
    [Theory]
    [InlineData("a", "b", FieldFault.None)]
    [InlineData("a", "", FieldFault.None)]
    [InlineData("x-y_z!#$%&'*+.^`|~019", "b \t c", FieldFault.None)]
    [InlineData(":path", "/", FieldFault.None)]
    [InlineData(":x", "\u0080\u00ff", FieldFault.None)]
    [InlineData("", "b", FieldFault.EmptyName)]
    [InlineData("A", "b", FieldFault.InvalidName)]
    [InlineData("xY", "b", FieldFault.InvalidName)]
    [InlineData(":", "b", FieldFault.InvalidName)]
    [InlineData("::a", "b", FieldFault.InvalidName)]
    [InlineData("a:", "b", FieldFault.InvalidName)]
    [InlineData(":Path", "b", FieldFault.InvalidName)]
    [InlineData("a b", "b", FieldFault.InvalidName)]
    [InlineData("a\r\nb", "b", FieldFault.InvalidName)]
    [InlineData("a\u0000", "b", FieldFault.InvalidName)]
    [InlineData("\u00e4", "b", FieldFault.InvalidName)]
    [InlineData("a", "\u0000", FieldFault.InvalidValue)]
    [InlineData("a", "b\rc", FieldFault.InvalidValue)]
    [InlineData("a", "b\nc", FieldFault.InvalidValue)]
    [InlineData("a", "b\u0001c", FieldFault.InvalidValue)]
    [InlineData("a", "b\u007fc", FieldFault.InvalidValue)]
    [InlineData("a", " b", FieldFault.InvalidValue)]
    [InlineData("a", "b ", FieldFault.InvalidValue)]
    [InlineData("a", "\tb", FieldFault.InvalidValue)]
    [InlineData("a", "b\t", FieldFault.InvalidValue)]
    [InlineData("a", " ", FieldFault.InvalidValue)]
    public void Fault_OfALiteral_IsFoundAndRemembered(string name, string value, FieldFault fault)
    {
        string expected = $"{name}: {value}{(fault == FieldFault.None ? "" : $" [{fault}]")}\n";
        foreach (bool isHuffman in new[] { false, true })
        {
            var peer = new Peer();
            Assert.Equal(expected, peer.Decode(new BlockBuilder().Plain(name, value, isHuffman).Block));
            Assert.Equal(expected, peer.Decode(new BlockBuilder().Added(name, value, isHuffman).Block));
            Assert.Equal(expected + expected, peer.Decode(new BlockBuilder().Indexed(62).Indexed(62).Block));
            string ofName = fault is FieldFault.EmptyName or FieldFault.InvalidName ? $" [{fault}]" : "";
            Assert.Equal($"{name}: x{ofName}\n", peer.Decode(new BlockBuilder().Plain(62, "x", isHuffman).Block));
        }
    }

    [Theory]
    [InlineData("content-length", KnownField.ContentLength, FieldFlags.Framing)]
    [InlineData("connection", KnownField.Connection, FieldFlags.HopByHop)]
    [InlineData("cookie", KnownField.Cookie, FieldFlags.None)]
    [InlineData("x_y", KnownField.Other, FieldFlags.Underscore)]
    [InlineData(":path", KnownField.Other, FieldFlags.None)]
    [InlineData("x-y", KnownField.Other, FieldFlags.None)]
    public void Field_OfALiteralOrAnEntry_IsKnownByItsName(string name, KnownField known, FieldFlags flags)
    {
        byte[] memory = new byte[200];
        byte[] block = new BlockBuilder().Added(name, "1").Indexed(62).Plain(62, "2").Raw(0x1f, 62 - 15).Text("3", isHuffman: true).Block;
        var list = new FieldList([]);
        Assert.Equal(HpackStatus.Done, new HpackDecoder(4096).Decode(block, memory, 0, out int end, ref list));
        Assert.Equal($"{name}: 1\r\n{name}: 1\r\n{name}: 2\r\n{name}: 3\r\n", Bytes.ToText(memory.AsSpan(0, end)));
        int line = name.Length + 5;
        for (int i = 0; i < 4; i++)
        {
            FieldFlags expected = flags | (i == 3 ? FieldFlags.NeverIndexed : FieldFlags.None);
            Assert.Equal(new Field(i * line, name.Length, (i * line) + name.Length + 2, 1, known, expected), list.Fields[i].Field);
            Assert.Equal((FieldFault.None, true), (list.Fields[i].Fault, list.Fields[i].IsStored));
        }
    }

    /// <summary>All of RFC 7541, appendix A, against the names and values of the RFC that an h2 peer would send.</summary>
    [Fact]
    public void StaticTable_Decoded_HasItsFields()
    {
        var peer = new Peer();
        string[] names = [":authority", ":method", ":method", ":path", ":path", ":scheme", ":scheme", ":status"];
        for (int index = 1; index <= StaticTable.Count; index++)
        {
            string line = peer.Decode(new BlockBuilder().Indexed(index).Block).TrimEnd('\n');
            Assert.DoesNotContain("[", line, StringComparison.Ordinal);
            Assert.Equal(line + "\r\n", Bytes.ToText(peer.Written));
            int colon = line.IndexOf(':', 1);
            Assert.True(index > names.Length || names[index - 1] == line[..colon]);
            KnownField known = KnownFields.Find(Bytes.Of(line[..colon]));
            int found = known == KnownField.Other ? StaticTable.FindName(Bytes.Of(line[..colon])) : StaticTable.FindName(known);
            Assert.InRange(found, 1, index);
            Assert.Equal(line[..colon], peer.Decode(new BlockBuilder().Plain(found, "").Block)[..colon]);
            string value = line[(colon + 2)..];
            Assert.Equal(value.Length > 0 ? index : 0, StaticTable.FindValue(found, Bytes.Of(value)));
        }
    }

    /// <summary>HeadWriter copies what was decoded as it stands there.</summary>
    [Fact]
    public void Fields_Decoded_AreLinesThatAHeadWriterTakes()
    {
        byte[] memory = new byte[500];
        var list = new FieldList([]);
        byte[] block = new BlockBuilder().Indexed(2).Plain("a", "1").Added("b", "", isHuffman: true).Indexed(62).Plain(28, "12").Added(58, "curl", isHuffman: true).Block;
        Assert.Equal(HpackStatus.Done, new HpackDecoder(4096).Decode(block, memory, 10, out _, ref list));
        var table = new FieldTable(100) { Buffer = memory };
        Assert.All(list.Fields.Skip(1), item => Assert.True(table.TryAdd(item.Field)));
        var writer = new HeadWriter(new byte[500]);
        writer.AppendFields(table, FieldFlags.Framing, 0);
        Assert.Equal("a: 1\r\nb: \r\nb: \r\nuser-agent: curl\r\n", Bytes.ToText(writer.WrittenFrom(0)));
    }

    /// <summary>When a line doesn't fit, no later one is stored even if it would; lengths are reported, and the table stays in step.</summary>
    [Fact]
    public void Destination_Full_OnlyCounts()
    {
        byte[] block = new BlockBuilder().Added("first", "1").Added("second", "22", isHuffman: true).Added("third", "333").Indexed(63).Plain("x", "y", isHuffman: true)
            .Indexed(2).Plain(62, "4").Added(62, "55").Block;
        const string Stored = "first: 1\nsecond: 22\nthird: 333\nsecond: 22\nx: y\n:method: GET\nthird: 4\nthird: 55\n";
        string[] stored = Stored.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] counted = ["(5): (1)", "(6): (2)", "(5): (3)", "(6): (2)", "(1): (1)", "(7): (3)", "(5): (1)", "(5): (2)"];
        int whole = Stored.Length + stored.Length;
        for (int room = 0; room <= whole; room++)
        {
            var peer = new Peer(destinationBytes: room);
            string[] lines = peer.Decode(block).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            int count = lines.TakeWhile(line => line[0] != '(').Count();
            Assert.Equal([.. stored.Take(count), .. counted.Skip(count)], lines);
            Assert.Equal(string.Concat(stored.Take(count).Select(line => line + "\r\n")), Bytes.ToText(peer.Written));
            Assert.True(count == stored.Length || peer.Written.Length + stored[count].Length + 2 > room, $"line {count} fits {room} bytes");
            AssertEntries(peer, room, "third: 55", "third: 333", "second: 22", "first: 1");
        }
    }

    /// <summary>What has no place may be of any length, in the table or not.</summary>
    [Fact]
    public void Literal_LargerThanDestinationAndTable_EmptiesTheTable()
    {
        string large = Bytes.Repeat('v', 70_000);
        foreach (bool isHuffman in new[] { false, true })
        {
            var peer = new Peer(destinationBytes: 100);
            Assert.Equal("a: b\n", peer.Decode(new BlockBuilder().Added("a", "b").Block));
            Assert.Equal("(1): (70000)\n", peer.Decode(new BlockBuilder().Plain("c", large, isHuffman).Block));
            Assert.Equal(34, peer.Decoder.TableBytes);
            Assert.Equal("(1): (70000)\n", peer.Decode(new BlockBuilder().Added("c", large, isHuffman).Block));
            Assert.Equal(0, peer.Decoder.TableBytes);
            Assert.Equal("(70000): (1)\n", peer.Decode(new BlockBuilder().Added(large, "c", isHuffman).Block));
            Assert.Equal(0, peer.Decoder.TableBytes);
            Assert.Equal("(70000): (70000) [never]\n", peer.Decode(new BlockBuilder().Never(large, large).Block));
        }
    }

    /// <summary>RFC 7541, section 4.1 and 4.4: an entry as large as the table stays alone; one more byte, and none is there.</summary>
    [Fact]
    public void Entry_AsLargeAsTheTable_IsTheOnlyOne()
    {
        foreach (int room in new[] { 0, 10_000 })
        {
            var peer = new Peer(tableBytesMax: 200, destinationBytes: room);
            peer.Decode(new BlockBuilder().Added("a", "b").Added("c", Bytes.Repeat('d', 200 - 33)).Block);
            Assert.Equal(200, peer.Decoder.TableBytes);
            Assert.Equal("CompressionError", peer.Decode(new BlockBuilder().Indexed(63).Block));
            peer.Decode(new BlockBuilder().Added("c", Bytes.Repeat('d', 200 - 32)).Block);
            Assert.Equal(0, peer.Decoder.TableBytes);
        }
    }

    /// <summary>RFC 7541, section 4.4: the name may be that of an entry that is evicted for the new one.</summary>
    [Fact]
    public void Name_OfAnEntryThatIsEvicted_IsTakenBefore()
    {
        foreach (int room in new[] { 0, 10_000 })
        {
            var peer = new Peer(tableBytesMax: 60, destinationBytes: room);
            peer.Decode(new BlockBuilder().Added("some-name", "1").Block);
            peer.Decode(new BlockBuilder().Added(62, "22").Block);
            peer.Decode(new BlockBuilder().Added(62, "333", isHuffman: true).Block);
            Assert.Equal(44, peer.Decoder.TableBytes);
            Assert.Equal(room == 0 ? "(9): (3)\n" : "some-name: 333\n", peer.Decode(new BlockBuilder().Indexed(62).Block));
        }
    }

    /// <summary>RFC 7541, section 4.3: a smaller table evicts at once, 0 everything; a larger one brings nothing back.</summary>
    [Fact]
    public void SizeUpdate_Smaller_Evicts()
    {
        var peer = new Peer();
        peer.Decode(new BlockBuilder().Added("a", "1").Added("b", "2").Added("c", "3").Block);
        Assert.Equal("c: 3\nb: 2\n", peer.Decode(new BlockBuilder().SizeUpdate(70).Indexed(62).Indexed(63).Block));
        Assert.Equal(68, peer.Decoder.TableBytes);
        Assert.Equal("", peer.Decode(new BlockBuilder().SizeUpdate(0).SizeUpdate(4096).Block));
        Assert.Equal(0, peer.Decoder.TableBytes);
        Assert.Equal("d: 4\nd: 4\n", peer.Decode(new BlockBuilder().Added("d", "4").Indexed(62).Block));
    }

    /// <summary>The HPACK bomb: an entry that fills the table, referred to 60,000 times. Once the destination is full each reference is counted, and no more.</summary>
    [Fact]
    public void Bomb_Of60000References_IsCounted()
    {
        const int Count = 60_000;
        var peer = new Peer(destinationBytes: 32 * 1024);
        peer.Decode(new BlockBuilder().Added("a", Bytes.Repeat('b', 4000)).Block);
        byte[] memory = new byte[32 * 1024];
        var list = new FieldList([]);
        HpackStatus status = peer.Decoder.Decode([.. Enumerable.Repeat((byte)(0x80 | 62), Count)], memory, 0, out int end, ref list);
        Assert.Equal((HpackStatus.Done, Count, 8), (status, list.Fields.Count, list.Fields.Count(item => item.IsStored)));
        Assert.Equal(8 * 4005, end);
        Assert.Equal(Count * 4001L, list.Fields.Sum(item => item.Field.NameLength + (long)item.Field.ValueLength));
    }

    [Fact]
    public void Block_Empty_HasNoFields() => Assert.Equal("", new Peer().Decode([]));

    [Theory]
    [InlineData(-1)]
    [InlineData(65_537)]
    public void Decoder_OfAnImpossibleTable_IsNotMade(int bytes) => Assert.Throws<ArgumentOutOfRangeException>(() => new HpackDecoder(bytes));

    // Newest first.
    private static void AssertEntries(Peer peer, int room, params string[] entries)
    {
        byte[] memory = new byte[1000];
        for (int i = 0; i < entries.Length; i++)
        {
            var list = new FieldList([]);
            Assert.Equal(HpackStatus.Done, peer.Decoder.Decode(new BlockBuilder().Indexed(62 + i).Block, memory, 0, out _, ref list));
            Assert.True(entries[i] + "\n" == list.Describe(memory), $"entry {i} with room for {room} bytes: {list.Describe(memory)}");
        }
    }
}
