using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>The content that a copy has still to send: in order, bounded, and given back.</summary>
public sealed class ContentQueueTests
{
    private const int Max = 64 * 1024;

    private readonly BufferPool _pool = new();
    private readonly ContentQueue _queue;

    public ContentQueueTests() => _queue = new ContentQueue(_pool);

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(32768)]
    [InlineData(50000)]
    public void Take_PartsOfAnySize_ComeOutInOrder(int partBytes)
    {
        var random = new Random(7);
        byte[] content = new byte[200_000];
        random.NextBytes(content);
        var taken = new List<byte>();
        for (int at = 0; at < content.Length;)
        {
            int count = Math.Min(partBytes, content.Length - at);
            if (_queue.TryAdd(content.AsSpan(at, count), Max))
            {
                at += count;
            }
            else if (_queue.IsEmpty)
            {
                _queue.ReturnTaken();
            }
            else
            {
                taken.AddRange(_queue.Take());
            }
        }

        while (!_queue.IsEmpty)
        {
            taken.AddRange(_queue.Take());
        }

        _queue.ReturnTaken();
        Assert.Equal(content, taken);
        Assert.Equal((0, 0), (_queue.Bytes, _pool.Outstanding));
    }

    [Fact]
    public void TryAdd_MoreThanAllowed_AddsNothing()
    {
        Assert.True(_queue.TryAdd(new byte[Max - 1], Max));
        Assert.False(_queue.TryAdd(new byte[2], Max));
        Assert.Equal(Max - 1, _queue.Bytes);
        Assert.True(_queue.TryAdd(new byte[1], Max));
    }

    [Fact]
    public void TryAdd_WhatWasTakenIsOnItsWay_ItStillCounts()
    {
        Assert.True(_queue.TryAdd(new byte[Max], Max));
        _queue.Take();
        Assert.False(_queue.TryAdd(new byte[1], Max));

        _queue.ReturnTaken();
        Assert.True(_queue.TryAdd(new byte[1], Max));
    }

    [Fact]
    public void TryAdd_SingleBytes_TakeNoMoreMemoryThanLargeParts()
    {
        for (int i = 0; i < Max; i++)
        {
            Assert.True(_queue.TryAdd(new byte[1], Max));
        }

        Assert.InRange(_pool.Outstanding, 1, 3);
    }

    [Fact]
    public void Clear_InAnyState_GivesAllBack()
    {
        _queue.TryAdd(new byte[50_000], Max);
        _queue.Take();
        _queue.TryAdd(new byte[10], Max);

        _queue.Clear();

        Assert.Equal((0, 0, true), (_queue.Bytes, _pool.Outstanding, _queue.IsEmpty));
        Assert.True(_queue.TryAdd(new byte[5], Max));
        Assert.Equal(5, _queue.Take().Count);
    }
}
