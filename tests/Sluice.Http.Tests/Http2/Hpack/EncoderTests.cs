using System.Globalization;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

public sealed class EncoderTests
{
    private readonly byte[] _block = new byte[128 * 1024];

    /// <summary>What stays the same takes one byte from the third time on.</summary>
    [Theory]
    [InlineData("server", "nginx")]
    [InlineData("date", "Sat, 21 Nov 2026 11:23:00 GMT")]
    [InlineData("content-type", "text/html")]
    [InlineData("cache-control", "no-cache")]
    [InlineData("vary", "accept")]
    [InlineData("accept", "*/*")]
    [InlineData("user-agent", "curl")]
    [InlineData(":authority", "a.example")]
    [InlineData(":status", "302")]
    [InlineData(":method", "PUT")]
    [InlineData(":protocol", "websocket")]
    [InlineData("cookie", "abcdefghijklmnopqrstu")]
    [InlineData("x-custom", "abc")]
    [InlineData("x-forwarded-for", "10.0.0.1")]
    public void Field_ThatRepeats_IsIndexed(string name, string value)
    {
        var encoder = new HpackEncoder();
        Assert.Equal(0x00, Encode(encoder, name, value)[0] & 0xf0);
        Assert.Equal(0, encoder.TableBytes);
        Assert.Equal(0x40, Encode(encoder, name, value)[0] & 0xc0);
        Assert.Equal(name.Length + value.Length + 32, encoder.TableBytes);
        Assert.Equal([0x80 | 62], Encode(encoder, name, value));
        Assert.Equal([0x80 | 62], Encode(encoder, name.ToUpperInvariant(), value));
        Assert.NotEqual([0x80 | 62], Encode(encoder, name, value + "x"));
    }

    /// <summary>What changes each time is not put into the table even if it doesn't.</summary>
    [Theory]
    [InlineData("content-length", "1234567890")]
    [InlineData("etag", "\"abc\"")]
    [InlineData("last-modified", "Sat, 21 Nov 2026 11:23:00 GMT")]
    [InlineData("age", "100")]
    [InlineData("location", "/somewhere")]
    [InlineData(":path", "/somewhere")]
    [InlineData("if-none-match", "\"abc\"")]
    [InlineData("if-modified-since", "Sat, 21 Nov 2026 11:23:00 GMT")]
    [InlineData("range", "bytes=1-2")]
    [InlineData("x-request-id", "0123456789")]
    public void Field_OfOneMessage_IsALiteral(string name, string value)
    {
        var encoder = new HpackEncoder();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(0x00, Encode(encoder, name, value)[0] & 0xf0);
        }

        Assert.Equal(0, encoder.TableBytes);
    }

    /// <summary>RFC 7541, section 7.1.3.</summary>
    [Theory]
    [InlineData("authorization", "Basic dXNlcjpwYXNz")]
    [InlineData("proxy-authorization", "Basic dXNlcjpwYXNz")]
    [InlineData("Set-Cookie", "id=0123456789012345678901234567890123456789")]
    [InlineData("cookie", "abcdefghijklmnopqrst")]
    [InlineData("Cookie", "")]
    public void Secret_IsNeverIndexed(string name, string value)
    {
        var encoder = new HpackEncoder();
        var peer = new Peer();
        for (int i = 0; i < 4; i++)
        {
            byte[] block = Encode(encoder, name, value);
            Assert.Equal(0x10, block[0] & 0xf0);
            Assert.Equal($"{name.ToLowerInvariant()}: {value} [never]\n", peer.Decode(block));
        }
    }

    /// <summary>RFC 7541, section 6.2.3: what came as never indexed stays it, even if the table has it.</summary>
    [Theory]
    [InlineData(":method", "GET")]
    [InlineData(":path", "/")]
    [InlineData("server", "nginx")]
    [InlineData("x-key", "abc")]
    [InlineData("etag", "1")]
    public void Field_ThatCameAsNeverIndexed_StaysIt(string name, string value)
    {
        var encoder = new HpackEncoder();
        var peer = new Peer();
        for (int i = 0; i < 3; i++)
        {
            int length = encoder.Encode(Bytes.Of(name), Bytes.Of(value), _block);
            length += encoder.Encode(Bytes.Of(name), Bytes.Of(value), _block.AsSpan(length), isNeverIndexed: true);
            length += encoder.EncodeLines(Bytes.Of($"{name}: {value}\r\n"), _block.AsSpan(length), isNeverIndexed: true);
            Assert.Equal($"{name}: {value}\n{name}: {value} [never]\n{name}: {value} [never]\n", peer.Decode(_block.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(200, "88")]
    [InlineData(204, "89")]
    [InlineData(206, "8a")]
    [InlineData(304, "8b")]
    [InlineData(400, "8c")]
    [InlineData(404, "8d")]
    [InlineData(500, "8e")]
    [InlineData(100, "08820801")]
    [InlineData(302, "08826402")]
    [InlineData(307, "0803333037")]
    public void Status_IsAnIndexWhereThereIsOne(int status, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(_block.AsSpan(0, new HpackEncoder().EncodeStatus(status, _block))));

    [Fact]
    public void Status_OfEveryNumber_ComesBack()
    {
        var encoder = new HpackEncoder();
        var peer = new Peer(destinationBytes: 200);
        for (int i = 0; i < 3 * 900; i++)
        {
            int status = 100 + (i % 900);
            Assert.Equal($":status: {status}\n", peer.Decode(_block.AsSpan(0, encoder.EncodeStatus(status, _block))));
        }
    }

    [Fact]
    public void Lines_OfAnyCase_AreWrittenInLowerCase()
    {
        var encoder = new HpackEncoder();
        var peer = new Peer();
        byte[] lines = Bytes.Of("Content-Type: Text/HTML\r\nX-ABC_[1]: Def: Ghi\r\nETag: \"A\"\r\nX-Empty: \r\n:path: /A\r\nQ#Q~: \u00e4\r\n");
        for (int i = 0; i < 3; i++)
        {
            string fields = peer.Decode(_block.AsSpan(0, encoder.EncodeLines(lines, _block)));
            Assert.Equal("content-type: Text/HTML\nx-abc_[1]: Def: Ghi [InvalidName]\netag: \"A\"\nx-empty: \n:path: /A\nq#q~: \u00e4\n", fields);
        }

        Assert.Equal(0, encoder.EncodeLines([], _block));
    }

    /// <summary>An entry may take a quarter of the table, of whatever size it is.</summary>
    [Theory]
    [InlineData(4096, 1024 - 33, true)]
    [InlineData(4096, 1024 - 32, false)]
    [InlineData(1000, 250 - 33, true)]
    [InlineData(1000, 250 - 32, false)]
    [InlineData(0, 1, false)]
    public void Entry_LargerThanAQuarter_IsNotAdded(int tableBytes, int valueLength, bool isAdded)
    {
        var encoder = new HpackEncoder();
        encoder.SetPeerTableBytes((uint)tableBytes);
        string value = Bytes.Repeat('v', valueLength);
        Encode(encoder, "a", value);
        Encode(encoder, "a", value);
        Assert.Equal(isAdded ? valueLength + 33 : 0, encoder.TableBytes);
    }

    /// <summary>A name of an entry is referred to even if the value is another one.</summary>
    [Fact]
    public void Name_OfAnEntry_IsAnIndex()
    {
        var encoder = new HpackEncoder();
        Encode(encoder, "x-custom", "1");
        Encode(encoder, "x-custom", "1");
        Encode(encoder, "x-forwarded-for", "1");
        Encode(encoder, "x-forwarded-for", "1");
        Assert.Equal([0x0f, 63 - 15, 1, (byte)'2'], Encode(encoder, "x-custom", "2"));
        Assert.Equal([0x0f, 62 - 15, 1, (byte)'2'], Encode(encoder, "X-Forwarded-For", "2"));
    }

    /// <summary>RFC 7541, section 4.2: the smallest size, then the last one; nothing where nothing changes.</summary>
    [Theory]
    [InlineData("", 4096u)]
    [InlineData("", 8192u, 4294967295u)]
    [InlineData("20", 0u)]
    [InlineData("203fe11f", 0u, 4096u)]
    [InlineData("203fe11f", 100u, 0u, 1000u, 4097u)]
    [InlineData("3f453f8901", 100u, 168u)]
    [InlineData("3f45", 168u, 100u)]
    [InlineData("3f45", 100u, 100u)]
    public void SizeUpdates_AreThoseThatChangeSomething(string hex, params uint[] sizes)
    {
        var encoder = new HpackEncoder();
        foreach (uint size in sizes)
        {
            encoder.SetPeerTableBytes(size);
        }

        Assert.Equal(hex, Convert.ToHexStringLower(_block.AsSpan(0, encoder.BeginBlock(_block))));
        Assert.Equal(0, encoder.BeginBlock(_block));
        encoder.SetPeerTableBytes(sizes[^1]);
        Assert.Equal(0, encoder.BeginBlock(_block));
    }

    [Fact]
    public void Table_MadeSmaller_ForgetsAtOnce()
    {
        var encoder = new HpackEncoder();
        var peer = new Peer();
        string[] fields = ["a: 1", "b: 2", "c: 3"];
        for (int i = 0; i < 3; i++)
        {
            Array.ForEach(fields, field => peer.Decode(Encode(encoder, field[..1], field[3..])));
        }

        encoder.SetPeerTableBytes(68 * 2);
        encoder.SetPeerTableBytes(68);
        encoder.SetPeerTableBytes(4096);
        Assert.Equal(68, encoder.TableBytes);
        int length = encoder.BeginBlock(_block);
        length += encoder.EncodeLines("c: 3\r\nb: 2\r\na: 1\r\n"u8, _block.AsSpan(length));
        Assert.Equal("c: 3\nb: 2\na: 1\n", peer.Decode(_block.AsSpan(0, length)));
        Assert.Equal(encoder.TableBytes, peer.Decoder.TableBytes);
    }

    /// <summary>Values that differ where the hash doesn't look are told apart, and don't drive out each other.</summary>
    [Fact]
    public void Values_OfTheSameHash_AreToldApart()
    {
        var encoder = new HpackEncoder();
        var peer = new Peer();
        string edge = Bytes.Repeat('e', 100);
        Assert.Equal(FieldHash.OfValue(Bytes.Of(edge + "0" + edge), 1), FieldHash.OfValue(Bytes.Of(edge + "1" + edge), 1));
        for (int i = 0; i < 200; i++)
        {
            string value = string.Create(CultureInfo.InvariantCulture, $"{edge}{i % 10}{edge}");
            Assert.Equal($"x: {value}\n", peer.Decode(Encode(encoder, "x", value)));
        }

        Assert.Equal(1 + 201 + 32, encoder.TableBytes);
    }

    /// <summary>Far more entries than the table has, with all chains long: each comes back, and those that are in the table are found.</summary>
    [Fact]
    public void Entries_ManyAndEvicted_ComeBack()
    {
        var encoder = new HpackEncoder();
        var peer = new Peer(destinationBytes: 200);
        int mistaken = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] value = Bytes.Of(i.ToString(CultureInfo.InvariantCulture));
            int first = encoder.Encode("x"u8, value, _block);
            int second = first + encoder.Encode("x"u8, value, _block.AsSpan(first));
            int third = second + encoder.Encode("x"u8, value, _block.AsSpan(second));
            Assert.Equal(string.Concat(Enumerable.Repeat($"x: {i}\n", 3)), peer.Decode(_block.AsSpan(0, third)));
            Assert.Equal(1, third - second);

            // What is remembered of a field that was seen once are a few bits: now and then one is taken for another.
            mistaken += (_block[0] & 0xc0) == 0x40 ? 1 : 0;
            Assert.Equal(0x40, (_block[0] | _block[first]) & 0x40);
        }

        Assert.InRange(mistaken, 0, 50);
        Assert.InRange(encoder.TableBytes, 4096 - 64, 4096);
        Assert.Equal(encoder.TableBytes, peer.Decoder.TableBytes);
    }

    /// <summary>Whatever the fields, the room that is announced as enough is enough.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("x", "")]
    [InlineData("\u00ff", "\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("#~", "\\\\\\\\\\\\\\\\")]
    public void Room_OfTheWorstFields_IsEnough(string name, string value)
    {
        foreach (int factor in new[] { 1, 31, 126, 127, 128, 1000, 20_000 })
        {
            var encoder = new HpackEncoder();
            encoder.SetPeerTableBytes(4000);
            encoder.SetPeerTableBytes(4095);
            byte[] text = Bytes.Of(string.Concat(Enumerable.Repeat(value, factor)));
            byte[] room = new byte[HpackEncoder.EncodedBytesMax(name.Length + text.Length + 4, 1)];
            int length = encoder.BeginBlock(room);
            length += encoder.Encode(Bytes.Of(name), text, room.AsSpan(length), isNeverIndexed: true);
            Assert.InRange(length, 1, room.Length);
        }
    }

    [Fact]
    public void Destination_TooShort_Throws() =>
        Assert.ThrowsAny<ArgumentException>(() => new HpackEncoder().Encode("abc"u8, "def"u8, new byte[3]));

    private byte[] Encode(HpackEncoder encoder, string name, string value) =>
        _block[..encoder.Encode(Bytes.Of(name), Bytes.Of(value), _block)];
}
