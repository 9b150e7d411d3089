using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.TestKit.Measuring;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

public sealed class CachingSteadyStateTests
{
    private const int RoundCount = 500;

    /// <summary>All that is decided about one request and its response, a thousand times.</summary>
    [Fact]
    public void Decisions_AllocateNothing()
    {
        RequestHead request = Request("Cache-Control: max-age=5, min-fresh=1\nAccept-Encoding: br, gzip;q=0.5\nAccept-Language: de-DE, en\nCookie: a=b");
        ResponseHead response = Response(
            "Cache-Control: max-age=60, private=\"x-a, x-b\", stale-while-revalidate=9\nCDN-Cache-Control: max-age=5, no-cache=\"x-c\", a=(1 2);b\nX-A: 1\n"
                + "Vary: Cookie, Accept-Encoding, Accept-Language, X-None\nETag: \"1\"\nSurrogate-Key: a b c\nExpires: 0\nLast-Modified: Sun, 06 Nov 1994 06:49:37 GMT\n"
                + "Location: http://example.com/b/../c?d\nAge: 3");
        var valid = new StatusLifetimes();
        valid.SetOthers(200, 599, 5);
        var options = new StoreOptions { Valid = valid };
        byte[] memory = new byte[8192];
        Assert.Equal(0, Allocations.PerRound(RoundCount, _ => RunOnce(request, response, options, memory)));
    }

    private static void RunOnce(RequestHead request, ResponseHead response, StoreOptions options, byte[] memory)
    {
        ResponseDirectives directives = ResponseDirectives.Read(response.Fields);
        var times = ResponseTimes.Of(response.Fields, Start, Start);
        Check(StoreRules.Decide(request, response, directives, times, options, out StoredTimes stored) == StoreVerdict.Store);
        RequestDirectives asked = RequestDirectives.Read(request.Fields);
        Check(ReuseRules.Decide(stored, asked, Start + 1, new ReuseOptions { HonorsClient = true }) == ReuseVerdict.Fresh);
        Check(!ReuseRules.MayServeOnError(stored, asked, Start + 99, default, isDisconnected: true));

        var writer = new HeadWriter(memory);
        Check(StoredHead.Write(ref writer, response, directives, Start, options));
        writer = new HeadWriter(memory);
        Check(StoredHead.Merge(ref writer, response, response, directives, Start, options));
        Validators validators = Validators.Of(response.Fields);
        Check(ConditionalFields.Append(ref writer, validators));
        Check(FresheningSelector.Match(validators, validators, 1, wasAsked: true) == FresheningMatch.Strong);
        CacheStatusField.Append(ref writer, "sluice"u8, new CacheStatus { Forward = ForwardReason.Stale, ForwardStatus = 304, Ttl = -5, Key = "k"u8 });
        Check(!writer.Overflowed);

        Span<byte> names = memory.AsSpan(0, VaryKey.NameBytesMax);
        Check(VaryKey.ReadNames(response.Fields, names, out int length) == VaryOutcome.Names);
        Check(VaryKey.TryWrite(names[..length], request.Fields, memory.AsSpan(VaryKey.NameBytesMax), out int keyLength) && keyLength > 0);
        Check(InvalidationRules.TryFindTarget(request, response.Fields, KnownField.Location, isSecure: false, memory, out _));
        int tagCount = 0;
        foreach (ReadOnlySpan<byte> _ in new CacheTags(response.Fields))
        {
            tagCount++;
        }

        Check(tagCount == 3);
    }

    private static void Check(bool isTrue) => Assert.True(isTrue);
}
