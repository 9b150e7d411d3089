using System.Text;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Caching.Tiers;
using Sluice.TestKit.Caching;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Tiers;

/// <summary>Two tiers that are one to the cache.</summary>
public sealed class TierChainTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("http://a.test/\0route");
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("content");

    private readonly SharedStore _nearStore = new();
    private readonly SharedStore _farStore = new();
    private readonly SharedTier _near;
    private readonly SharedTier _far;
    private readonly TierChain _chain;

    public TierChainTests()
    {
        _near = new SharedTier(_nearStore) { UsesMin = 2 };
        _far = new SharedTier(_farStore);
        _chain = new TierChain(_near, _far);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 1, true)]
    public async Task Object_IsStoredInThoseThatTakeIt(int uses, int inNear, bool isEverywhere)
    {
        ITierWriter writer = _chain.TryBegin(Entry(uses))!;

        Assert.Equal(isEverywhere, writer.IsEverywhere);
        Assert.True(writer.TryAppend(Content));
        Assert.True(await writer.CommitAsync());
        Assert.Equal((inNear, 1), (_nearStore.Count, _farStore.Count));
        Assert.Equal(Content.Length, (await _chain.FindAsync(Key))!.Length);
    }

    [Fact]
    public async Task Near_IsAskedFirst_AndTheFarOneWhenItHasNothing()
    {
        await StoreAsync(uses: 2);
        await _chain.FindAsync(Key);
        Assert.Equal((1, 0), (_nearStore.Finds, _farStore.Finds));

        _near.Remove(Key, isSoft: false);
        Assert.NotNull(await _chain.FindAsync(Key));
        Assert.Equal(1, _farStore.Finds);
    }

    [Fact]
    public async Task Purge_OfOneOfThem_BetweenMarkAndEnd_IsKept()
    {
        ITierWriter writer = _chain.TryBegin(Entry(uses: 2))!;
        _far.Remove(Key, isSoft: false);
        writer.TryAppend(Content);

        await writer.CommitAsync();
        Assert.Equal((1, 0), (_nearStore.Count, _farStore.Count));
    }

    [Fact]
    public void Copy_IsNotForTheOneThatTookItAtFirst()
    {
        TierEntry copy = Entry(uses: 2, isCopy: true);

        Assert.False(_chain.TryBegin(copy)!.IsEverywhere);
        Assert.Equal(2, _chain.UsesMin);
    }

    [Fact]
    public async Task Purge_RemovesFromBoth_AndCountsObjectsOnce()
    {
        await StoreAsync(uses: 2);

        Assert.Equal(1, await _chain.PurgeAsync(new CachePurge(CachePurgeKind.All, "", IsSoft: false), means: null));
        Assert.Equal((0, 0), (_nearStore.Count, _farStore.Count));
    }

    [Fact]
    public async Task Refresh_ReachesTheOneThatHasIt()
    {
        await StoreAsync(uses: 1);
        TierEntry fresh = Entry(uses: 1, head: "new head");

        Assert.True(await _chain.RefreshAsync(fresh));
        Assert.Equal("new head", Encoding.ASCII.GetString((await _chain.FindAsync(Key))!.Head));
    }

    [Fact]
    public async Task Refresh_OfWhatHasBeenReplaced_LeavesThatAsItIs()
    {
        await StoreAsync(uses: 2);
        TierEntry late = Entry(uses: 1, head: "new head", metaBefore: 1);

        Assert.False(await _chain.RefreshAsync(late));
        Assert.Equal("head", Encoding.ASCII.GetString((await _chain.FindAsync(Key))!.Head));
    }

    [Fact]
    public async Task Failure_OfOne_LeavesTheOther()
    {
        _near.FailNext();

        ITierWriter writer = _chain.TryBegin(Entry(uses: 2))!;
        writer.TryAppend(Content);

        Assert.True(await writer.CommitAsync());
        Assert.Equal((0, 1), (_nearStore.Count, _farStore.Count));
        Assert.Null(_near.TryBegin(Entry(uses: 2)));
        Assert.True(_chain.IsAccepting);
    }

    private async Task StoreAsync(int uses)
    {
        ITierWriter writer = _chain.TryBegin(Entry(uses))!;
        writer.TryAppend(Content);
        Assert.True(await writer.CommitAsync());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void TooMuch_ForOneOfThem_EndsTheWriting_WhereReadersReadFromThat(bool isFar, bool goesOn)
    {
        (isFar ? _far : _near).ObjectBytesMax = Content.Length;
        ITierWriter writer = _chain.TryBegin(Entry(uses: 2))!;
        Assert.True(writer.TryAppend(Content));

        Assert.Equal(goesOn, writer.TryAppend(Content));
        Assert.Equal(!goesOn, writer.IsEverywhere);
        writer.Abort();
    }

    private TierEntry Entry(int uses, string head = "head", bool isCopy = false, byte metaBefore = 0) => new()
    {
        Key = Key,
        Meta = new byte[CacheTierFormat.MetaBytes],
        Head = Encoding.ASCII.GetBytes(head),
        ContentLength = Content.Length,
        UselessAfter = long.MaxValue,
        Since = _chain.Mark,
        MetaBefore = Enumerable.Repeat(metaBefore, CacheTierFormat.MetaBytes).ToArray(),
        IsCopy = isCopy,
        Uses = uses,
    };
}
