using System.Text;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>The examples of RFC 7541, appendix C.</summary>
public sealed class RfcExampleTests
{
    private const string FirstResponse =
        ":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n";

    private const string SecondResponse =
        ":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n";

    private const string ThirdResponse =
        ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: https://www.example.com\ncontent-encoding: gzip\n" +
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1\n";

    private const string FirstRequest = ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n";
    private const string SecondRequest = FirstRequest + "cache-control: no-cache\n";
    private const string ThirdRequest = ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: custom-value\n";

    /// <summary>C.1: integers.</summary>
    [Theory]
    [InlineData(10, 5, "0a")]
    [InlineData(1337, 5, "1f9a0a")]
    [InlineData(42, 8, "2a")]
    [InlineData(0, 1, "00")]
    [InlineData(31, 5, "1f00")]
    [InlineData(158, 5, "1f7f")]
    [InlineData(159, 5, "1f8001")]
    [InlineData(1 << 28, 1, "01ffffff7f")]
    public void Integer_WrittenAndRead_IsTheExample(int value, int prefixBits, string hex)
    {
        byte[] written = new byte[HpackInteger.BytesMax];
        int length = HpackInteger.Write(0, prefixBits, value, written);
        Assert.Equal(hex, Convert.ToHexStringLower(written.AsSpan(0, length)));
        var reader = new BlockReader(written.AsSpan(0, length));
        Assert.True(reader.TryReadInteger(prefixBits, out int read));
        Assert.Equal(value, read);
        Assert.True(reader.IsAtEnd);
    }

    /// <summary>C.2: one field each, with what the table counts afterwards.</summary>
    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header\n", 55)]
    [InlineData("040c2f73616d706c652f70617468", ":path: /sample/path\n", 0)]
    [InlineData("100870617373776f726406736563726574", "password: secret [never]\n", 0)]
    [InlineData("82", ":method: GET\n", 0)]
    public void Field_Decoded_IsTheExample(string hex, string expected, int tableBytes)
    {
        var peer = new Peer();
        Assert.Equal(expected, peer.DecodeHex(hex));
        Assert.Equal(tableBytes, peer.Decoder.TableBytes);
    }

    /// <summary>C.3 and C.4: requests on one connection, without and with Huffman code.</summary>
    [Theory]
    [InlineData(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65")]
    [InlineData(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")]
    public void Requests_Decoded_AreTheExamples(string first, string second, string third)
    {
        var peer = new Peer();
        Assert.Equal(FirstRequest, peer.DecodeHex(first));
        Assert.Equal(57, peer.Decoder.TableBytes);
        Assert.Equal(SecondRequest, peer.DecodeHex(second));
        Assert.Equal(110, peer.Decoder.TableBytes);
        Assert.Equal(ThirdRequest, peer.DecodeHex(third));
        Assert.Equal(164, peer.Decoder.TableBytes);
    }

    /// <summary>C.5 and C.6: responses with a table of 256 bytes, without and with Huffman code. Entries are evicted.</summary>
    [Theory]
    [InlineData(
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 " +
        "7861 6d70 6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 " +
        "454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31")]
    [InlineData(
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        "4883 640e ffc1 c0bf",
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 " +
        "0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07")]
    public void Responses_Decoded_AreTheExamples(string first, string second, string third)
    {
        var peer = new Peer(tableBytesMax: 256);
        Assert.Equal(FirstResponse, peer.DecodeHex(first));
        Assert.Equal(222, peer.Decoder.TableBytes);
        Assert.Equal(SecondResponse, peer.DecodeHex(second));
        Assert.Equal(222, peer.Decoder.TableBytes);
        Assert.Equal(ThirdResponse, peer.DecodeHex(third));
        Assert.Equal(215, peer.Decoder.TableBytes);
    }

    /// <summary>C.4.1 and C.4.2 to the byte, except that fields go into the table when they come for the second time.</summary>
    [Fact]
    public void Requests_Encoded_AreTheExamples()
    {
        var encoder = new HpackEncoder();
        Assert.Equal("82868401" + "8cf1e3c2e5f23a6ba0ab90f4ff", Encode(encoder, FirstRequest));
        Assert.Equal("82868441" + "8cf1e3c2e5f23a6ba0ab90f4ff", Encode(encoder, FirstRequest));
        Assert.Equal("828684be" + "0f0986a8eb10649cbf", Encode(encoder, SecondRequest));
        Assert.Equal("828684be" + "5886a8eb10649cbf", Encode(encoder, SecondRequest));
        Assert.Equal("828785bf" + "008825a849e95ba97d7f8925a849e95bb8e8b4bf", Encode(encoder, ThirdRequest));
        Assert.Equal("828785bf" + "408825a849e95ba97d7f8925a849e95bb8e8b4bf", Encode(encoder, ThirdRequest));
        Assert.Equal("828785c0be", Encode(encoder, ThirdRequest));
        Assert.Equal(164, encoder.TableBytes);
    }

    /// <summary>The responses of C.6, with the table of 256 bytes, come back as they were.</summary>
    [Fact]
    public void Responses_EncodedAndDecoded_AreTheExamples()
    {
        var encoder = new HpackEncoder();
        encoder.SetPeerTableBytes(256);
        var peer = new Peer(tableBytesMax: 256);
        for (int round = 0; round < 4; round++)
        {
            Assert.Equal(FirstResponse, peer.DecodeHex(Encode(encoder, FirstResponse)));
            Assert.Equal(SecondResponse, peer.DecodeHex(Encode(encoder, SecondResponse)));
            Assert.Equal(ThirdResponse.Replace("version=1", "version=1 [never]", StringComparison.Ordinal), peer.DecodeHex(Encode(encoder, ThirdResponse)));
            Assert.Equal(encoder.TableBytes, peer.Decoder.TableBytes);
            Assert.InRange(encoder.TableBytes, round == 0 ? 0 : 1, 256);
        }
    }

    /// <summary>The Huffman codes of the strings of C.4 and C.6.</summary>
    [Theory]
    [InlineData("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff")]
    [InlineData("no-cache", "a8eb10649cbf")]
    [InlineData("302", "6402")]
    [InlineData("307", "640eff")]
    [InlineData("private", "aec3771a4b")]
    [InlineData("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff")]
    [InlineData("https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3")]
    [InlineData("gzip", "9bd9ab")]
    [InlineData("", "")]
    [InlineData(
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007")]
    public void HuffmanCode_OfText_IsTheExample(string text, string hex)
    {
        byte[] code = new byte[HuffmanEncoder.CountBytes(Bytes.Of(text), HuffmanEncoder.Exact)];
        Assert.True(HuffmanEncoder.TryEncode(Bytes.Of(text), HuffmanEncoder.Exact, code, out int written));
        Assert.Equal(code.Length, written);
        Assert.Equal(hex, Convert.ToHexStringLower(code));
        byte[] decoded = new byte[text.Length];
        Assert.True(HuffmanDecoder.TryDecode(code, decoded, out int length));
        Assert.Equal((text, text.Length), (Encoding.Latin1.GetString(decoded), length));
    }

    // Fields in words, as FieldList describes them.
    private static string Encode(HpackEncoder encoder, string fields)
    {
        string[] lines = fields.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        byte[] block = new byte[HpackEncoder.EncodedBytesMax(fields.Length, lines.Length)];
        int length = encoder.BeginBlock(block);
        foreach (string line in lines)
        {
            length += line.StartsWith(":status", StringComparison.Ordinal)
                ? encoder.EncodeStatus(int.Parse(line.AsSpan(9)), block.AsSpan(length))
                : encoder.EncodeLines(Bytes.Of(line + "\r\n"), block.AsSpan(length));
        }

        return Convert.ToHexStringLower(block.AsSpan(0, length));
    }
}
