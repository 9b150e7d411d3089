using Sluice.Reactor.Buffers;
using Xunit;

namespace Sluice.Reactor.Tests.Buffers;

public sealed class BufferPoolTests
{
    [Theory]
    [InlineData(BufferSize.Small, 4096)]
    [InlineData(BufferSize.Medium, 32_768)]
    [InlineData(BufferSize.Large, 131_072)]
    public void Rent_EachSize_GivesItsLengthAndTheLastReturnedFirst(BufferSize size, int length)
    {
        var pool = new BufferPool();
        PooledBuffer first = pool.Rent(size);
        PooledBuffer second = pool.Rent(size);
        Assert.Equal(length, first.Array.Length);
        Assert.Equal(length, BufferPool.LengthOf(size));
        Assert.Equal(2, pool.Outstanding);
        pool.Return(first);
        pool.Return(second);
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(2 * length, pool.FreeBytes);
        Assert.Same(second, pool.Rent(size));
    }

    [Fact]
    public void Return_Twice_Throws()
    {
        var pool = new BufferPool();
        PooledBuffer buffer = pool.Rent(BufferSize.Small);
        pool.Return(buffer);
        Assert.Throws<InvalidOperationException>(() => pool.Return(buffer));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Array_AfterReturnAndAfterTrim_Throws()
    {
        var pool = new BufferPool();
        PooledBuffer buffer = pool.Rent(BufferSize.Small);
        pool.Return(buffer);
        Assert.Throws<InvalidOperationException>(() => buffer.Array);
        pool.Trim();
        Assert.Equal(4096, pool.Trim());
        Assert.Throws<InvalidOperationException>(() => buffer.Array);
        Assert.Throws<InvalidOperationException>(() => pool.Return(buffer));
    }

    [Fact]
    public void Trim_BuffersInUseMeanwhile_KeepsAsManyAsWereNeeded()
    {
        var pool = new BufferPool();
        PooledBuffer[] buffers = [.. Enumerable.Range(0, 8).Select(_ => pool.Rent(BufferSize.Small))];
        Array.ForEach(buffers, pool.Return);
        Assert.Equal(0, pool.Trim());
        PooledBuffer[] used = [.. Enumerable.Range(0, 6).Select(_ => pool.Rent(BufferSize.Small))];
        Array.ForEach(used, pool.Return);

        // Two of the eight were never touched; half of them goes.
        Assert.Equal(4096, pool.Trim());
        long left = pool.FreeBytes;
        for (int i = 0; i < 10; i++)
        {
            left -= pool.Trim();
        }

        Assert.Equal(0, left);
        Assert.Equal(0, pool.FreeBytes);
    }

    [Fact]
    public void Trim_NeighboursInMemory_KeepTheirBytes()
    {
        var pool = new BufferPool();
        PooledBuffer[] buffers = [.. Enumerable.Range(0, 64).Select(_ => pool.Rent(BufferSize.Medium))];
        foreach (PooledBuffer buffer in buffers)
        {
            buffer.Array.AsSpan().Fill(0xA5);
        }

        for (int i = 0; i < buffers.Length; i += 2)
        {
            pool.Return(buffers[i]);
        }

        pool.Trim();
        while (pool.Trim() > 0)
        {
        }

        for (int i = 1; i < buffers.Length; i += 2)
        {
            Assert.False(buffers[i].Array.AsSpan().ContainsAnyExcept((byte)0xA5));
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(16_384)]
    [InlineData(65_536)]
    public void InteriorPages_EveryPageSize_NeverReachesOutsideTheBlock(int pageBytes)
    {
        foreach (int length in new[] { 4096, 32_768, 131_072 })
        {
            for (nint start = 0x10_0000; start < 0x10_0000 + (2 * pageBytes); start += 1016)
            {
                (nint first, nint bytes) = BufferPool.InteriorPages(start, length, pageBytes);
                Assert.Equal(0, first % pageBytes);
                Assert.Equal(0, bytes % pageBytes);
                Assert.True(bytes == 0 || (first >= start && first + bytes <= start + length));
                Assert.True(bytes >= length - (2 * pageBytes));
            }
        }
    }

    [Fact]
    public async Task IdleLoop_FreeBuffers_AreTrimmedThoughNothingHappens()
    {
        using var reactors = new Reactors();
        await reactors.On(loop =>
        {
            loop.TrimIntervalMs = 20;
            PooledBuffer[] buffers = [.. Enumerable.Range(0, 5).Select(_ => loop.Buffers.Rent(BufferSize.Large))];
            Array.ForEach(buffers, loop.Buffers.Return);
            return true;
        });

        // Watched from outside: asking the loop would wake it.
        Assert.True(SpinWait.SpinUntil(() => !reactors.Loop.Buffers.HasFree, Reactors.Patience));
        Assert.Equal(1, await reactors.WaitsWithinAsync(100));
    }
}
