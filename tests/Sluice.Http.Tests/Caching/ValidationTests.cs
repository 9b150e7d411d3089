using Sluice.Http.Caching;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, section 4.3: how stored responses are validated.</summary>
public sealed class ValidationTests
{
    private const string OldDate = "Last-Modified: Sun, 06 Nov 1994 06:49:37 GMT";
    private const string OtherOldDate = "Last-Modified: Sun, 06 Nov 1994 06:49:36 GMT";

    [Theory]
    [InlineData("ETag: \"1\"", "If-None-Match: \"1\"\r\n")]
    [InlineData("ETag: W/\"1\"", "If-None-Match: W/\"1\"\r\n")]
    [InlineData(OldDate, "If-Modified-Since: Sun, 06 Nov 1994 06:49:37 GMT\r\n")]
    [InlineData($"{OldDate}\nETag: \"1\"", "If-None-Match: \"1\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 06:49:37 GMT\r\n")]
    [InlineData("", "")]
    [InlineData("ETag: 1\nLast-Modified: 0", "")]
    [InlineData("ETag: \"1\"\nETag: \"2\"", "")]
    [Trait("RFC9111", "4.3.1-1")]
    [Trait("RFC9111", "4.3.1-2")]
    public void Condition_ForOneResponse_HasAllItsValidators(string stored, string expected)
    {
        var writer = new HeadWriter(new byte[256]);
        Assert.Equal(expected.Length > 0, ConditionalFields.Append(ref writer, Validators.Of(Response(stored).Fields)));
        Assert.Equal(expected, Bytes.ToText(writer.WrittenFrom(0)));
    }

    [Fact]
    [Trait("RFC9111", "4.3.1-1")]
    [Trait("RFC9111", "4.3.2-5")]
    public void Condition_ForSeveralResponses_HasTheirTagsOnce()
    {
        var tags = new EntityTagList(new byte[64]);
        var writer = new HeadWriter(new byte[256]);
        Assert.False(ConditionalFields.Append(ref writer, tags));
        Assert.True(tags.Add("\"1\""u8));
        Assert.True(tags.Add("W/\"2,3\""u8));
        Assert.True(tags.Add("\"1\""u8));
        Assert.True(tags.Add("\"2,3\""u8));
        Assert.False(tags.Add("4"u8));
        Assert.True(ConditionalFields.Append(ref writer, tags));
        Assert.Equal("If-None-Match: \"1\", W/\"2,3\"\r\n", Bytes.ToText(writer.WrittenFrom(0)));
    }

    [Fact]
    public void Tags_ThatDontFit_AreLeftOut()
    {
        var tags = new EntityTagList(new byte[8]);
        Assert.True(tags.Add("\"1\""u8));
        Assert.False(tags.Add("\"22\""u8));
        Assert.True(tags.Add("\"3\""u8));
        Assert.Equal("\"1\", \"3\"", Bytes.ToText(tags.Written));
    }

    [Theory]
    [InlineData("ETag: \"1\"", "ETag: \"1\"", FresheningMatch.Strong)]
    [InlineData("ETag: \"1\"", "ETag: \"2\"", FresheningMatch.None)]
    [InlineData("ETag: W/\"1\"", "ETag: \"1\"", FresheningMatch.None)]
    [InlineData("", "ETag: \"1\"", FresheningMatch.None)]
    [InlineData($"Date: {StartText}\n{OldDate}", $"Date: {StartText}\n{OldDate}", FresheningMatch.Strong)]
    [InlineData($"Date: {StartText}\n{OldDate}", $"Date: {StartText}\n{OtherOldDate}", FresheningMatch.None)]
    [InlineData($"Date: {StartText}\n{OldDate}\nETag: \"1\"", $"Date: {StartText}\n{OldDate}\nETag: \"2\"", FresheningMatch.None)]
    [InlineData($"Date: {StartText}\n{OldDate}\nETag: \"1\"", $"Date: {StartText}\n{OldDate}\nETag: W/\"2\"", FresheningMatch.None)]
    [InlineData($"Date: {StartText}\n{OldDate}\nETag: \"1\"", $"Date: {StartText}\n{OldDate}", FresheningMatch.Strong)]
    [InlineData($"Date: {StartText}\n{OldDate}", $"Date: {StartText}\n{OldDate}\nETag: \"1\"", FresheningMatch.Strong)]
    [Trait("RFC9111", "4.3.4-1")]
    public void NotModified_WithAStrongValidator_MeansThoseWithTheSame(string stored, string notModified, FresheningMatch expected)
    {
        Assert.Equal(expected, Match(stored, notModified, candidateCount: 3));
        Assert.Equal(expected, Match(stored, notModified, candidateCount: 1, wasAsked: true));
    }

    [Theory]
    [InlineData("ETag: W/\"1\"", "ETag: W/\"1\"", FresheningMatch.Weak)]
    [InlineData("ETag: \"1\"", "ETag: W/\"1\"", FresheningMatch.Weak)]
    [InlineData("ETag: W/\"1\"", "ETag: W/\"2\"", FresheningMatch.None)]
    [InlineData(OldDate, OldDate, FresheningMatch.Weak)]
    [InlineData(OldDate, OtherOldDate, FresheningMatch.None)]
    [InlineData($"{OldDate}\nETag: W/\"1\"", $"{OldDate}\nETag: W/\"2\"", FresheningMatch.None)]
    [InlineData("", OldDate, FresheningMatch.None)]
    [Trait("RFC9111", "4.3.4-2")]
    public void NotModified_WithAWeakValidator_MeansTheOneWithTheSame(string stored, string notModified, FresheningMatch expected) =>
        Assert.Equal(expected, Match(stored, notModified, candidateCount: 3));

    [Theory]
    [InlineData("", 1, false, FresheningMatch.Sole)]
    [InlineData("", 2, false, FresheningMatch.None)]
    [InlineData("ETag: \"1\"", 1, false, FresheningMatch.None)]
    [InlineData("ETag: \"1\"", 1, true, FresheningMatch.Asked)]
    [InlineData("ETag: \"1\"", 2, true, FresheningMatch.Asked)]
    [InlineData("", 2, true, FresheningMatch.None)]
    [Trait("RFC9111", "4.3.4-3")]
    public void NotModified_WithoutValidator_MeansTheOnlyOne(string stored, int candidateCount, bool wasAsked, FresheningMatch expected) =>
        Assert.Equal(expected, Match(stored, "", candidateCount, wasAsked));

    [Theory]
    [InlineData("", "ETag: \"1\"", -1, true)]
    [InlineData("ETag: \"1\"", "ETag: \"1\"", 5, true)]
    [InlineData($"ETag: \"1\"\n{OldDate}", $"ETag: \"1\"\n{OldDate}", 5, true)]
    [InlineData("ETag: \"1\"", "ETag: \"1\"", 6, false)]
    [InlineData("ETag: \"2\"", "ETag: \"1\"", 5, false)]
    [InlineData("ETag: W/\"1\"", "ETag: \"1\"", 5, false)]
    [InlineData("ETag: \"1\"", "", 5, false)]
    [InlineData($"ETag: \"1\"\n{OtherOldDate}", $"ETag: \"1\"\n{OldDate}", 5, false)]
    [InlineData(OldDate, "", 5, false)]
    [Trait("RFC9111", "4.3.5-1")]
    [Trait("RFC9111", "4.3.5-2")]
    public void Head_WithTheSameValidatorsAndLength_Updates(string head, string stored, long headLength, bool expected) =>
        Assert.Equal(expected, FresheningSelector.MatchesHead(Validators.Of(Response(head).Fields), headLength, Validators.Of(Response(stored).Fields), 5));
}
