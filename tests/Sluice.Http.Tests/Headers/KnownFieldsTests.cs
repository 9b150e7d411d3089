using Sluice.Http.Headers;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Headers;

public sealed class KnownFieldsTests
{
    public static TheoryData<KnownField> All => [.. Enum.GetValues<KnownField>().Where(known => known != KnownField.Other)];

    [Theory]
    [MemberData(nameof(All))]
    public void Find_ItsOwnName_InAnyCase(KnownField field)
    {
        string name = Bytes.ToText(KnownFields.NameOf(field));
        Assert.Equal(field, KnownFields.Find(Bytes.Of(name)));
        Assert.Equal(field, KnownFields.Find(Bytes.Of(name.ToUpperInvariant())));
        Assert.Equal(KnownField.Other, KnownFields.Find(Bytes.Of(name + "x")));
        Assert.Equal(KnownField.Other, KnownFields.Find(Bytes.Of(name[..^1])));
        for (int i = 0; i < name.Length; i++)
        {
            // Bytes that differ from a letter only in the bit of its case are other bytes: '-' and CR, '@' and '`'.
            byte[] mutated = Bytes.Of(name);
            mutated[i] ^= 0x01;
            Assert.NotEqual(field, KnownFields.Find(mutated));
            mutated[i] = (byte)(name[i] | 0x80);
            Assert.Equal(KnownField.Other, KnownFields.Find(mutated));
            mutated[i] = name[i] == '-' ? (byte)'\r' : mutated[i];
            Assert.Equal(KnownField.Other, KnownFields.Find(mutated));
        }
    }

    [Fact]
    public void Values_FitOneWord()
    {
        Assert.True(Enum.GetValues<KnownField>().Length <= 64);
        Assert.All(Enum.GetValues<KnownField>(), field => Assert.InRange((int)field, 0, 63));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a-very-long-name-that-nobody-knows")]
    public void Find_Unknown_IsOther(string name) => Assert.Equal(KnownField.Other, KnownFields.Find(Bytes.Of(name)));

    [Fact]
    public void Table_GrowsUpToItsCapAndFinds()
    {
        var table = new FieldTable(40) { Buffer = Bytes.Of("Host: a\r\nX-Y: b\r\n") };
        var host = new Field(0, 4, 6, 1, KnownField.Host, FieldFlags.None);
        var other = new Field(9, 3, 14, 1, KnownField.Other, FieldFlags.None);
        Assert.True(table.TryAdd(host));
        for (int i = 1; i < 40; i++)
        {
            Assert.True(table.TryAdd(other));
        }

        Assert.False(table.TryAdd(other));
        Assert.Equal(40, table.Count);
        Assert.Equal(KnownFields.MaskOf(KnownField.Host) | 1, table.Present);
        Assert.Equal((0, -1, -1), (table.IndexOf(KnownField.Host), table.IndexOf(KnownField.Host, 1), table.IndexOf(KnownField.Via)));
        Assert.Equal((1, 5, -1), (table.IndexOf("x-y"u8), table.IndexOf("X-Y"u8, 5), table.IndexOf("x-z"u8)));
        Assert.True(table.TryGet(KnownField.Host, out ReadOnlySpan<byte> value));
        Assert.Equal("a", Bytes.ToText(value));
        Assert.False(table.TryGet(KnownField.Via, out _));
        table.SetFlags(1, FieldFlags.HopByHop);
        Assert.Equal(other with { Flags = FieldFlags.HopByHop }, table[1]);
        table.Clear();
        Assert.Equal((0, 0UL), (table.Count, table.Present));
    }
}
