using Sluice.Proxy.Caching.Memory;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Memory;

public sealed class CachePagesTests
{
    private const int Page = CacheBlock.PageBytes;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(128, 0)]
    [InlineData(129, 1)]
    [InlineData(256, 1)]
    [InlineData(257, 2)]
    [InlineData(Page / 2, 12)]
    [InlineData((Page / 2) + 1, 13)]
    [InlineData(Page, 13)]
    public void Order_ForBytes_IsTheSmallestThatHoldsThem(int bytes, int order)
    {
        Assert.Equal(order, CacheBlock.OrderFor(bytes));
        Assert.True(CacheBlock.UnitBytes << order >= bytes);
    }

    [Fact]
    public void Handle_OfAnyBlock_SaysItsPageUnitAndOrder()
    {
        foreach (int page in (int[])[0, 1, CacheBlock.PagesMax - 1])
        {
            for (int order = 0; order <= CacheBlock.OrderMax; order++)
            {
                int unit = CacheBlock.UnitsPerPage - (1 << order);
                var block = new CacheBlock(page, unit, order);
                Assert.Equal((page, unit, order, false), (block.Page, block.Unit, block.Order, block.IsNone));
                Assert.Equal(CacheBlock.PageBytes, block.Offset + block.Bytes);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Blocks_RentedTrimmedAndReturnedAtRandom_NeverOverlapAndMergeAgain(int seed)
    {
        var random = new Random(seed);
        var budget = new MemoryBudget(8 * Page);
        var pages = new CachePages(budget);
        var held = new List<CacheBlock>();
        long bytes = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            if (held.Count > 0 && random.Next(20) < (i / 2000 % 2 == 0 ? 8 : 12))
            {
                int at = random.Next(held.Count);
                AssertIntact(pages, held[at], held[at].Unit ^ held[at].Page);
                Assert.Equal(held[at].Bytes, pages.Return(held[at]));
                bytes -= held[at].Bytes;
                held[at] = held[^1];
                held.RemoveAt(held.Count - 1);
            }
            else
            {
                int order = Math.Max(0, Math.Min(random.Next(CacheBlock.OrderMax + 1), random.Next(CacheBlock.OrderMax + 1)));
                CacheBlock block = pages.TryRent(order, random.Next(order + 1));
                if (block.IsNone)
                {
                    refused++;
                    continue;
                }

                Assert.Equal(0, block.Unit & ((1 << block.Order) - 1));
                if (random.Next(4) == 0)
                {
                    block = pages.Trim(block, 1 + random.Next(block.Bytes));
                }

                Fill(pages, block, block.Unit ^ block.Page);
                held.Add(block);
                bytes += block.Bytes;
            }

            Assert.Equal(bytes, pages.UsedBytes);
            Assert.True(budget.Used <= budget.Limit && budget.Used == pages.PageBytes);
        }

        Assert.True(refused > 0, "The budget was never reached: the test shows nothing.");
        foreach (CacheBlock block in held)
        {
            pages.Return(block);
        }

        // All of it is one block again, on each page that is kept.
        Assert.Equal(0, pages.UsedBytes);
        Assert.Equal(Page, budget.Used);
        for (int i = 0; i < 8; i++)
        {
            Assert.False(pages.TryRent(CacheBlock.OrderMax, CacheBlock.OrderMax).IsNone);
        }

        Assert.True(pages.TryRent(0, 0).IsNone);
    }

    [Fact]
    public void SmallBlocks_InAnyNumber_LeaveNothingUnusable()
    {
        var pages = new CachePages(new MemoryBudget(Page));
        var held = new List<CacheBlock>();
        for (CacheBlock block = pages.TryRent(0, 0); !block.IsNone; block = pages.TryRent(0, 0))
        {
            held.Add(block);
        }

        Assert.Equal(CacheBlock.UnitsPerPage, held.Distinct().Count());
        held.ForEach(block => pages.Return(block));
        Assert.Equal(CacheBlock.OrderMax, pages.TryRent(CacheBlock.OrderMax, 0).Order);
    }

    [Fact]
    public void Rent_WithoutLargeBlocks_TakesTheLargestThereIs()
    {
        var pages = new CachePages(new MemoryBudget(Page));
        CacheBlock first = pages.TryRent(12, 12);
        CacheBlock second = pages.TryRent(11, 11);

        Assert.Equal(11, pages.TryRent(12, 5).Order);
        Assert.True(pages.TryRent(4, 4).IsNone);
        pages.Return(second);
        Assert.True(pages.TryRent(12, 12).IsNone);
        pages.Return(first);
        Assert.Equal(12, pages.TryRent(12, 12).Order);
    }

    [Fact]
    public void Chain_Returned_ComesBackWhole()
    {
        var pages = new CachePages(new MemoryBudget(Page));
        CacheBlock first = pages.TryRent(3, 3);
        CacheBlock second = pages.TryRent(7, 7);
        CacheBlock third = pages.TryRent(0, 0);
        pages.SetNext(first, second);
        pages.SetNext(second, third);

        Assert.Equal(first.Bytes + second.Bytes + third.Bytes, pages.Return(first));
        Assert.Equal(0, pages.UsedBytes);
    }

    [Fact]
    public void Block_ReturnedTwice_Throws()
    {
        var pages = new CachePages(new MemoryBudget(2 * Page));
        CacheBlock kept = pages.TryRent(0, 0);
        CacheBlock block = pages.TryRent(2, 2);
        pages.Return(block);

        Assert.Throws<InvalidOperationException>(() => pages.Return(block));
        pages.Return(kept);
    }

    [Fact]
    public void Pages_ThatBecomeEmpty_AreGivenBackBeyondAReserve()
    {
        var budget = new MemoryBudget(64 * Page);
        var pages = new CachePages(budget);
        CacheBlock[] held = [.. Enumerable.Range(0, 64).Select(_ => pages.TryRent(CacheBlock.OrderMax, CacheBlock.OrderMax))];
        Assert.Equal(64 * Page, budget.Used);

        Array.ForEach(held, block => pages.Return(block));

        Assert.InRange(budget.Used, Page, 2 * Page);
    }

    [Fact]
    public void Pages_AboveALoweredLimit_AreAllGivenBack()
    {
        var budget = new MemoryBudget(2 * Page);
        var pages = new CachePages(budget);
        CacheBlock first = pages.TryRent(CacheBlock.OrderMax, 0);
        CacheBlock second = pages.TryRent(0, 0);
        budget.Limit = 0;

        pages.Return(second);
        pages.Return(first);

        Assert.Equal(0, budget.Used);
        Assert.True(pages.TryRent(0, 0).IsNone);
    }

    [Fact]
    public void ClosedPages_RentNothingMore_AndGoWhenTheyAreEmpty()
    {
        var budget = new MemoryBudget(2 * Page);
        var pages = new CachePages(budget);
        CacheBlock large = pages.TryRent(12, 12);
        CacheBlock other = pages.TryRent(CacheBlock.OrderMax, CacheBlock.OrderMax);

        pages.Close(1);

        Assert.True(pages.HasClosed && pages.IsInClosed(large) && !pages.IsInClosed(other));
        Assert.True(pages.TryRent(0, 0).IsNone);
        pages.Return(large);
        Assert.False(pages.HasClosed);
        Assert.Equal(Page, budget.Used);
    }

    [Theory]
    [InlineData(410, 1)]
    [InlineData(130, 1)]
    [InlineData(600, 2)]
    [InlineData(5_000, 2)]
    [InlineData(20_000, 3)]
    [InlineData(300_000, 4)]
    [InlineData(1_000_000, 7)]
    public void Fit_OfAnObject_WastesLittleInFewBlocks(int bytes, int blocksMax)
    {
        long rest = bytes;
        long taken = 0;
        int blocks = 0;
        while (rest > 0)
        {
            int block = CacheBlock.UnitBytes << BlockFit.OrderFor(rest + CacheBlock.LinkBytes, bytes);
            taken += block;
            rest -= block - CacheBlock.LinkBytes;
            blocks++;
        }

        Assert.InRange(blocks, 1, blocksMax);
        Assert.True(taken - bytes <= Math.Max(bytes > 16 * 1024 ? bytes * 0.13 : bytes * 0.26, 128), $"{taken} for {bytes}");
    }

    private static void Fill(CachePages pages, CacheBlock block, int value)
    {
        pages.Memory(block).AsSpan(block.Offset + CacheBlock.LinkBytes, block.Bytes - CacheBlock.LinkBytes).Fill((byte)value);
    }

    private static void AssertIntact(CachePages pages, CacheBlock block, int value)
    {
        ReadOnlySpan<byte> bytes = pages.Memory(block).AsSpan(block.Offset + CacheBlock.LinkBytes, block.Bytes - CacheBlock.LinkBytes);
        Assert.False(bytes.ContainsAnyExcept((byte)value));
    }
}
