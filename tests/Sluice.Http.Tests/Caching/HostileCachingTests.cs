using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using Sluice.TestKit.Measuring;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>Fields that were made to confuse: nothing throws, nothing takes long, and what can't be read is taken strictly.</summary>
public sealed class HostileCachingTests
{
    // Far above what any of these takes, far below what a quadratic reading would.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("\"")]
    [InlineData("=")]
    [InlineData("=\"")]
    [InlineData("a=\"")]
    [InlineData("a=\"\\")]
    [InlineData("a=\"\\\"")]
    [InlineData(",=,\",=\"")]
    [InlineData("\u00ff\u0080=\u00ff")]
    [InlineData("\t \t,\t")]
    [InlineData("max-age=\"\\\\\\")]
    public void Directives_Mangled_AreReadToTheirEnd(string value)
    {
        for (int i = 0; i < 3; i++)
        {
            value += value;
            Assert.Equal(DirectiveFlags.NoStore, Directives($"Cache-Control: {value}, no-store").Flags & DirectiveFlags.NoStore);
            Assert.Equal(DirectiveFlags.NoStore, Directives($"CDN-Cache-Control: {value},\nCache-Control: no-store").Flags);
            Assert.True(Asked($"Cache-Control: {value}, no-store").NoStore);
        }
    }

    [Fact]
    public void Directives_OfRandomBytes_NeverThrow()
    {
        const string Alphabet = "\"\\=,; \tmax-age=1no-storeprivate()?@:%*\u00ff";
        var random = new Random(7);
        for (int round = 0; round < 5000; round++)
        {
            string value = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            string fields = $"Cache-Control: {value}\nCDN-Cache-Control: {value}\nVary: {value}\nAge: {value}\nExpires: {value}\nETag: {value}\nLocation: {value}\nX: y";
            StoredTimes stored = Store(fields);
            Assert.InRange(stored.AgeAt(Start), 0, DeltaSeconds.Max);
            Assert.EndsWith("\r\n\r\n", Stored(fields), StringComparison.Ordinal);
            Decide(fields, $"Cache-Control: {value}\nPragma: {value}\nAccept-Encoding: {value}");
            InvalidationRules.TryFindTarget(
                Request(), Response(fields).Fields, KnownField.Location, isSecure: false, new byte[InvalidationRules.ReferenceBytesMax], out _);
        }
    }

    [Fact]
    public void Digits_WithoutEnd_AreInfinity()
    {
        string digits = new('9', 60_000);
        byte[] text = Bytes.Of(digits);
        Assert.True(DeltaSeconds.TryParse(text, out long seconds));
        Assert.Equal(DeltaSeconds.Max, seconds);
        Assert.Equal(DeltaSeconds.Max, Directives($"Cache-Control: max-age={digits}").MaxAge);
    }

    [Fact]
    public void Directives_ByTheThousand_AreReadInTime()
    {
        string many = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"x{i}=\"a,b\\\"\""));
        AssertQuick(() =>
        {
            Assert.Equal(60, Directives($"Cache-Control: {many}, max-age=60").MaxAge);
            Assert.Equal(60, Directives($"CDN-Cache-Control: {many}, max-age=60").MaxAge);
            Assert.Equal(60, Asked($"Cache-Control: {many[..6000]}\", max-age=60").MaxAge);
        });
    }

    [Fact]
    public void Quotes_ThatNeverEnd_AreReadInTime()
    {
        string many = string.Concat(Enumerable.Repeat("a=\"\\\\\\\",", 7000));
        AssertQuick(() => Directives($"Cache-Control: {many}"));
        AssertQuick(() => Directives($"Cache-Control: {new string('"', 60_000)}"));
        AssertQuick(() => Directives($"CDN-Cache-Control: a=({new string(' ', 60_000)}"));
    }

    [Theory]
    [InlineData("private", DirectiveFlags.Private)]
    [InlineData("no-cache", DirectiveFlags.NoCache)]
    public void FieldNames_ByTheThousand_CountAsAll(string directive, DirectiveFlags expected)
    {
        string names = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"x{i}"));
        string fields = string.Join("\n", Enumerable.Range(0, 150).Select(i => $"x{i}: 1"));
        AssertQuick(() =>
        {
            Assert.Equal(expected, Directives($"Cache-Control: {directive}=\"{names}\"").Flags);
            Assert.Equal(expected, Directives($"CDN-Cache-Control: {directive}=\"{names}\"").Flags);
            Stored($"{fields}\nCache-Control: {directive}=\"{names}\"");
        });
    }

    /// <summary>The bound is on all lists together; names within it are withheld, whatever comes behind.</summary>
    [Fact]
    public void FieldNames_UpToTheBound_AreWithheld()
    {
        string names = string.Join(",", Enumerable.Range(0, 32).Select(i => $"x{i}"));
        Assert.Equal(DirectiveFlags.HasFieldNames, Directives($"Cache-Control: private=\"{names}\"").Flags);
        Assert.DoesNotContain("x31: 1", Stored($"x31: 1\nCache-Control: private=\"{names}\""), StringComparison.Ordinal);
        Assert.Equal(DirectiveFlags.HasFieldNames | DirectiveFlags.Private, Directives($"Cache-Control: no-cache=\"{names}\", private=y").Flags);
    }

    [Fact]
    public void Vary_OfAThousandNames_IsTooMany()
    {
        string names = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"x{i}"));
        AssertQuick(() => Assert.Equal(VaryOutcome.TooMany, Names($"Vary: {names}").Outcome));
    }

    [Fact]
    public void Heads_WithTheMostFields_AreStored()
    {
        var head = new ResponseHead();
        var reader = new ResponseHeadReader(head);
        byte[] message = Bytes.Of("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 1024).Select(i => $"x{i}: 1\r\n")) + "\r\n");
        reader.Begin(0, new HeadLimits(1000, 100_000, 1024), RequestMethod.Get);
        Assert.Equal(ReadStatus.Done, reader.Read(message, message.Length));
        AssertQuick(() =>
        {
            var writer = new HeadWriter(new byte[64 * 1024]);
            Assert.True(StoredHead.Write(ref writer, head, default, Start, StoreOptions.Default));
            writer = new HeadWriter(new byte[64 * 1024]);
            Assert.True(StoredHead.Merge(ref writer, head, head, default, Start, StoreOptions.Default));
        });
    }

    private static void AssertQuick(Action run) => Assert.InRange(Durations.BestOf(run, Patience), TimeSpan.Zero, Patience);
}
