using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2.Peers;

/// <summary>The HPACK of the tests' own peers, against the examples of RFC 7541, appendix C.</summary>
public sealed class FieldCodingTests
{
    [Fact]
    public void Requests_OfAppendixC4_AreDecodedWithTheirTable()
    {
        var decoder = new FieldDecoder();

        Assert.Equal(":method=GET :scheme=http :path=/ :authority=www.example.com", Decode(decoder, "828684418cf1e3c2e5f23a6ba0ab90f4ff"));
        Assert.Equal(":method=GET :scheme=http :path=/ :authority=www.example.com cache-control=no-cache", Decode(decoder, "828684be5886a8eb10649cbf"));
        Assert.Equal(
            ":method=GET :scheme=https :path=/index.html :authority=www.example.com custom-key=custom-value",
            Decode(decoder, "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"));
    }

    [Fact]
    public void Responses_OfAppendixC6_AreDecodedWithATableThatEvicts()
    {
        var decoder = new FieldDecoder();
        decoder.Limit(256);

        Assert.Equal(
            ":status=302 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT location=https://www.example.com",
            Decode(decoder, "3fe101" + "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"));
        Assert.Equal(
            ":status=307 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT location=https://www.example.com",
            Decode(decoder, "4883640effc1c0bf"));
    }

    [Fact]
    public void Text_OfEachByte_SurvivesTheHuffmanCode()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        Assert.Equal(all, HuffmanCode.Decode(HuffmanCode.Encode(all)));
        Assert.Equal("f1e3c2e5f23a6ba0ab90f4ff", Convert.ToHexStringLower(HuffmanCode.Encode(Bytes.Of("www.example.com"))));
    }

    [Theory]
    [InlineData("ff", "padding of eight bits")]
    [InlineData("fffffffc", "the end of a string")]
    [InlineData("18", "padding with zeros")]
    public void Huffman_WithAWrongEnd_IsRefused(string encoded, string why)
    {
        Assert.True(Record.Exception(() => HuffmanCode.Decode(Convert.FromHexString(encoded))) is FormatException, why);
    }

    [Theory]
    [InlineData("80", "index 0")]
    [InlineData("be", "an entry that isn't there")]
    [InlineData("8b3fe11f", "a size behind a field")]
    [InlineData("3fe21f", "a size above what was announced")]
    [InlineData("7fffffffffff7f", "an integer that has no end")]
    [InlineData("400561", "a string that is longer than the block")]
    public void Block_ThatBreaksARule_IsRefused(string block, string why)
    {
        Assert.True(Record.Exception(() => new FieldDecoder().Decode(Convert.FromHexString(block))) is FormatException, why);
    }

    [Fact]
    public void Block_AsTheBuilderWritesIt_IsReadBack()
    {
        byte[] block = new FieldBlock().TableSize(100).Add("a", "1").AddIncremental("b", "2").AddIncremental(1, "c.test").Indexed(63).Indexed(2)
            .AddHuffman("d", "3").AddNeverIndexed("e", new string('x', 300)).ToArray();

        Assert.Equal(
            $"a=1 b=2 :authority=c.test b=2 :method=GET d=3 e={new string('x', 300)}",
            Join(new FieldDecoder().Decode(block)));
    }

    private static string Decode(FieldDecoder decoder, string hex) => Join(decoder.Decode(Convert.FromHexString(hex)));

    private static string Join(IEnumerable<KeyValuePair<string, string>> fields) => string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}"));
}
