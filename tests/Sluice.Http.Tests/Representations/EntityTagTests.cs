using System.Text;
using Sluice.Http.Representations;

namespace Sluice.Http.Tests.Representations;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"\"", true)]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("\"a,b\"", true)]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("\"a", false)]
    [InlineData("w/\"a\"", false)]
    [InlineData("\"a b\"", false)]
    [InlineData("\"a\"b", false)]
    [InlineData("W/", false)]
    public void Valid_IsWhatTheGrammarSays(string text, bool expected) => Assert.Equal(expected, EntityTag.IsValid(Bytes(text)));

    // The table of RFC 9110, section 8.8.3.2.
    [Theory]
    [InlineData("W/\"1\"", "W/\"1\"", false, true)]
    [InlineData("W/\"1\"", "W/\"2\"", false, false)]
    [InlineData("W/\"1\"", "\"1\"", false, true)]
    [InlineData("\"1\"", "\"1\"", true, true)]
    public void Comparison_IsThatOfTheTable(string left, string right, bool strong, bool weak)
    {
        Assert.Equal(strong, EntityTag.StrongEquals(Bytes(left), Bytes(right)));
        Assert.Equal(weak, EntityTag.WeakEquals(Bytes(left), Bytes(right)));
    }

    [Theory]
    [InlineData("\"a\", \"b\"", true)]
    [InlineData("\"a\",\"b\"", true)]
    [InlineData(" , \"b\"", true)]
    [InlineData("W/\"b\"", true)]
    [InlineData("\"a\"", false)]
    [InlineData("\"a, \"b\"", false)]
    [InlineData("b", false)]
    [InlineData("\"a,\\\"b\\\"\"", false)]
    public void List_HasATag_AfterWeakComparison(string list, bool expected) => Assert.Equal(expected, EntityTag.IsIn(Bytes(list), "\"b\""u8, isStrong: false));

    [Fact]
    public void List_WithAWeakTag_HasNoStrongOne() => Assert.False(EntityTag.IsIn("W/\"b\""u8, "\"b\""u8, isStrong: true));

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
