using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

public sealed class DiskStoreTests : IDisposable
{
    private static readonly byte[] Key = DiskFixture.Key("http://a.example/x");

    private readonly DiskFixture _disk = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public async Task Object_Stored_IsFoundWhole(int length)
    {
        byte[] content = DiskFixture.Content(length);
        Assert.True(await _disk.PutAsync(Key, content, "HTTP/1.1 200 OK", uselessAfter: _disk.Now + 60));

        ITierObject found = (await _disk.FindAsync(Key))!;
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(found.Head));
        Assert.Equal("meta" + new string('\0', 60), Encoding.ASCII.GetString(found.Meta));
        Assert.Equal(length, found.Length);
        Assert.Equal(_disk.Now + 60, found.UselessAfter);
        Assert.False(found.IsMarked);
        Assert.Equal(content, await DiskFixture.ReadAsync(found));
        found.Release();
        Assert.Equal(content, await _disk.GetAsync(Key, 65_536));
        Assert.Equal(content, await _disk.GetAsync(Key, 32_768));
        Assert.Equal(content, await _disk.GetAsync(Key, 9_999));
    }

    [Fact]
    public async Task Object_ReadFromAnywhere_IsWhatIsThere()
    {
        byte[] content = DiskFixture.Content(200_000);
        await _disk.PutAsync(Key, content);
        ITierObject found = (await _disk.FindAsync(Key))!;
        var buffer = new byte[150_000];
        foreach (int offset in new[] { 0, 1, 65_535, 65_536, 65_537, 131_072, 150_000, 199_999 })
        {
            foreach (int count in new[] { 1, 100, 65_536, 65_537, 150_000 })
            {
                int read = await found.ReadAsync(offset, buffer, 0, count);
                Assert.Equal(Math.Min(count, content.Length - offset), read);
                Assert.True(content.AsSpan(offset, read).SequenceEqual(buffer.AsSpan(0, read)));
            }
        }

        Assert.Equal(0, await found.ReadAsync(200_000, buffer, 0, 1));
        found.Release();
    }

    [Fact]
    public async Task Object_NeverStored_IsNotFound()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(10));
        byte[] other = DiskFixture.Key("http://a.example/y");
        Assert.True(_disk.Tier.MayHold(Key));
        Assert.False(_disk.Tier.MayHold(other));
        Assert.False(await _disk.HasAsync(other));
        Assert.Equal(0, _disk.Tier.Totals.Damaged);
    }

    [Fact]
    public async Task Object_StoredAgain_TakesThePlaceOfTheOld()
    {
        byte[] old = DiskFixture.Content(100_000, 1);
        byte[] young = DiskFixture.Content(70_000, 2);
        await _disk.PutAsync(Key, old);
        ITierObject reader = (await _disk.FindAsync(Key))!;
        await _disk.PutAsync(Key, young);

        Assert.Equal(young, await _disk.GetAsync(Key));
        Assert.Equal(old, await DiskFixture.ReadAsync(reader));
        reader.Release();
        Assert.Equal(1, _disk.Tier.Totals.Objects);
        Assert.InRange(_disk.Tier.Totals.Bytes, 70_000, 80_000);
    }

    [Fact]
    public async Task Writer_ContentShorterThanSaid_IsNotStored()
    {
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], 100, DiskFixture.Forever, 0)!;
        Assert.True(writer.TryAppend(DiskFixture.Content(99)));
        Assert.False(await writer.CommitAsync());
        Assert.False(await _disk.HasAsync(Key));
        Assert.Empty(_disk.TempFiles());
        Assert.Equal(0, _disk.Tier.Totals.Bytes);
    }

    [Fact]
    public void Writer_ContentLongerThanSaid_TakesNoMore()
    {
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], 100, DiskFixture.Forever, 0)!;
        Assert.True(writer.TryAppend(DiskFixture.Content(100)));
        Assert.False(writer.TryAppend([1]));
        writer.Abort();
    }

    [Fact]
    public async Task Writer_LengthNotKnown_StoresWhatCame()
    {
        byte[] content = DiskFixture.Content(130_000);
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], "h"u8, -1, DiskFixture.Forever, 0)!;
        Assert.All(content.Chunk(777), part => Assert.True(writer.TryAppend(part)));
        Assert.True(await writer.CommitAsync());
        Assert.Equal(content, await _disk.GetAsync(Key));
    }

    [Fact]
    public void Writer_LargerThanObjectsMayBe_IsRefused()
    {
        _disk.Resize(_disk.Plan with { ObjectBytesMax = 1000 });
        Assert.Null(_disk.Tier.TryBegin(Key, [], [], 1001, DiskFixture.Forever, 0));
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        Assert.True(writer.TryAppend(new byte[1000]));
        Assert.False(writer.TryAppend(new byte[1]));
        writer.Abort();
        DiskFixture.Until(() => _disk.Tier.Totals.Refused == 2);
    }

    [Fact]
    public async Task Writer_Aborted_LeavesNothing()
    {
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        writer.TryAppend(DiskFixture.Content(200_000));
        writer.Abort();
        DiskFixture.Until(() => _disk.Tier.Totals.Refused == 1);
        Assert.False(await _disk.HasAsync(Key));
        Assert.Empty(_disk.TempFiles());
        Assert.Equal(0, _disk.Tier.Totals.Bytes);
    }

    [Fact]
    public async Task Reader_OfWhatIsBeingWritten_GetsAllThatWasAccepted()
    {
        byte[] content = DiskFixture.Content(1_000_000);
        DiskWriter writer = _disk.Tier.TryBegin(Key, "m"u8, "h"u8, content.Length, DiskFixture.Forever, 0)!;
        DiskObject reader = writer.Object;
        reader.Retain();
        var seen = new MemoryStream();
        var buffer = new byte[100_000];
        foreach (byte[] part in content.Chunk(33_333))
        {
            Assert.True(writer.TryAppend(part));
            Assert.Equal(writer.Length, reader.Length);
            while (seen.Length < reader.Length)
            {
                int read = await reader.ReadAsync(seen.Length, buffer, 0, buffer.Length);
                Assert.InRange(read, 1, buffer.Length);
                seen.Write(buffer, 0, read);
            }

            Assert.Equal(0, await reader.ReadAsync(seen.Length, buffer, 0, buffer.Length));
        }

        Assert.True(await writer.CommitAsync());
        Assert.Equal(content, seen.ToArray());
        Assert.Equal(content, await DiskFixture.ReadAsync(reader));
        reader.Release();
        Assert.Equal(content, await _disk.GetAsync(Key));
    }

    [Fact]
    public async Task Reader_OfWhatIsGivenUp_GetsAllThatWasAccepted()
    {
        byte[] content = DiskFixture.Content(400_000);
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        DiskObject reader = writer.Object;
        reader.Retain();
        Assert.True(writer.TryAppend(content));
        writer.Abort();
        Assert.Equal(content, await DiskFixture.ReadAsync(reader));
        reader.Release();
        DiskFixture.Until(() => _disk.TempFiles().Length == 0);
        Assert.False(await _disk.HasAsync(Key));
    }

    [Fact]
    public async Task BorrowedBytes_AreWrittenAndGivenBack()
    {
        byte[] content = DiskFixture.Content(100_000);
        int given = 0;
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], content.Length, DiskFixture.Forever, 0)!;
        for (int i = 0; i < content.Length; i += 10_000)
        {
            Assert.True(writer.TryAppend(content, i, 10_000, count => Interlocked.Add(ref given, (int)count!), 10_000));
        }

        Assert.True(await writer.CommitAsync());
        DiskFixture.Until(() => Volatile.Read(ref given) == content.Length);
        Assert.Equal(content, await _disk.GetAsync(Key));
    }

    [Fact]
    public void BorrowedBytes_OfWhatIsGivenUp_AreGivenBack()
    {
        int given = 0;
        var content = new byte[500_000];
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        Assert.True(writer.TryAppend(content, 0, content.Length, _ => Interlocked.Increment(ref given), null));
        writer.Abort();
        DiskFixture.Until(() => Volatile.Read(ref given) == 1);
    }

    [Fact]
    public async Task Backlog_MoreThanMayWait_GivesUpWithoutWaiting()
    {
        // The thread that writes waits for this one: however quick it is otherwise, nothing is written, but all is counted.
        using var gate = new ManualResetEventSlim();
        DiskWriter stopper = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        Assert.True(stopper.TryAppend([1], 0, 1, _ => gate.Wait(), null));
        var part = new byte[8 * 1024 * 1024];
        var writers = new List<DiskWriter>();
        bool wasRefused = false;
        for (int i = 0; i < 20 && !wasRefused; i++)
        {
            DiskWriter writer = _disk.Tier.TryBegin(DiskFixture.Key($"http://a.example/{i}"), [], [], -1, DiskFixture.Forever, 0)!;
            writers.Add(writer);
            wasRefused = !writer.TryAppend(part);
        }

        Assert.True(wasRefused);
        gate.Set();
        stopper.Abort();
        writers.ForEach(static writer => writer.Abort());
        DiskFixture.Until(() => _disk.Tier.Totals.Refused == writers.Count + 1);
        Assert.True(await _disk.PutAsync(Key, DiskFixture.Content(100)));
        Assert.True(_disk.Tier.Totals.IsStoring);
    }

    [Fact]
    public void Backlog_OfManySmallObjects_TakesLittleMemory()
    {
        // The thread that writes waits for this one, so that nothing is given back.
        using var gate = new ManualResetEventSlim();
        DiskWriter stopper = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        Assert.True(stopper.TryAppend([1], 0, 1, _ => gate.Wait(), null));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = 0;
        var content = new byte[500];
        var writers = new List<DiskWriter>();
        while (_disk.Tier.TryBegin(DiskFixture.Key($"http://a.example/{count}"), [], [], content.Length, DiskFixture.Forever, 0) is { } writer)
        {
            writers.Add(writer);
            if (!writer.TryAppend(content))
            {
                break;
            }

            count++;
        }

        // Rented from a pool that has none, and what tests need themselves.
        Assert.InRange(count, 1000, 100_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * DiskState.BacklogBytesMax);
        gate.Set();
        stopper.Abort();
        writers.ForEach(static writer => writer.Abort());
        DiskFixture.Until(() => _disk.Tier.Totals.Refused == writers.Count + (writers.Count == count ? 2 : 1));
        Assert.NotNull(_disk.Tier.TryBegin(Key, [], [], 10, DiskFixture.Forever, 0));
    }

    [Fact]
    public async Task Keys_ThatDifferBehindTheUrl_AreDifferentObjects()
    {
        byte[] gzip = DiskFixture.Key("http://a.example/x", "gzip");
        byte[] plain = DiskFixture.Key("http://a.example/x", "identity");
        await _disk.PutAsync(gzip, DiskFixture.Content(10, 1));
        await _disk.PutAsync(plain, DiskFixture.Content(10, 2));
        Assert.Equal(DiskFixture.Content(10, 1), await _disk.GetAsync(gzip));
        Assert.Equal(DiskFixture.Content(10, 2), await _disk.GetAsync(plain));
        Assert.Equal(2, _disk.Tier.Totals.Objects);
    }

    [Fact]
    public async Task Refresh_HeadThatFits_KeepsTheContent()
    {
        byte[] content = DiskFixture.Content(100_000);
        await _disk.PutAsync(Key, content, "first", uselessAfter: _disk.Now + 10);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(await _disk.Tier.RefreshAsync(Key, "new"u8, Encoding.ASCII.GetBytes($"head {i}"), _disk.Now + 100 + i, 0));
            ITierObject found = (await _disk.FindAsync(Key))!;
            Assert.Equal($"head {i}", Encoding.ASCII.GetString(found.Head));
            Assert.Equal((byte)'n', found.Meta[0]);
            Assert.Equal(_disk.Now + 100 + i, found.UselessAfter);
            Assert.Equal(content, await DiskFixture.ReadAsync(found));
            found.Release();
        }

        _disk.Reopen();
        Assert.Equal("head 4", Encoding.ASCII.GetString((await _disk.FindAsync(Key))!.Head));
    }

    [Fact]
    public async Task Refresh_HeadThatDoesNotFit_RemovesTheObject()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(10), "first");
        Assert.False(await _disk.Tier.RefreshAsync(Key, [], new byte[1000], DiskFixture.Forever, 0));
        Assert.False(await _disk.HasAsync(Key));
        Assert.False(File.Exists(_disk.FileOf(Key)));
    }

    [Fact]
    public async Task Refresh_OfWhatHasBeenReplaced_LeavesThatAsItIs()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(10), "first");
        Assert.True(await _disk.Tier.RefreshAsync(Key, "1"u8, "second"u8, DiskFixture.Forever, 0));

        Assert.False(await _disk.Tier.RefreshAsync(Key, "3"u8, "third"u8, DiskFixture.Forever, 0, metaBefore: "0"u8));
        Assert.Equal("second", Encoding.ASCII.GetString((await _disk.FindAsync(Key))!.Head));
        Assert.True(await _disk.Tier.RefreshAsync(Key, "2"u8, "third"u8, DiskFixture.Forever, 0, metaBefore: "1"u8));
    }

    [Fact]
    public async Task Refresh_Torn_LeavesWhatWasBefore()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(10), "first");
        await _disk.Tier.RefreshAsync(Key, [], "second"u8, DiskFixture.Forever, 0);
        string file = _disk.FileOf(Key);
        byte[] bytes = File.ReadAllBytes(file);
        int at = bytes.AsSpan().IndexOf("second"u8);
        bytes[at] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal("first", Encoding.ASCII.GetString((await _disk.FindAsync(Key))!.Head));
    }

    [Fact]
    public async Task MayHold_Asked_AllocatesNothing()
    {
        await _disk.PutAsync(Key, DiskFixture.Content(10));
        byte[] other = DiskFixture.Key("http://a.example/other");
        Assert.Equal(0, Allocations.PerRound(1000, _ => Assert.True(_disk.Tier.MayHold(Key) && !_disk.Tier.MayHold(other))));
    }

    [Fact]
    public void Heads_TooLarge_AreRefused()
    {
        Assert.Null(_disk.Tier.TryBegin(Key, [], new byte[DiskHeader.HeadBytesMax + 1], 0, DiskFixture.Forever, 0));
        Assert.Null(_disk.Tier.TryBegin(new byte[DiskHeader.KeyBytesMax + 1], [], [], 0, DiskFixture.Forever, 0));
        Assert.Null(_disk.Tier.TryBegin(Key, new byte[DiskHeader.MetaBytes + 1], [], 0, DiskFixture.Forever, 0));
    }

    [Fact]
    public async Task Heads_AsLargeAsMayBe_ComeBack()
    {
        var head = new string('h', DiskHeader.HeadBytesMax);
        byte[] key = DiskFixture.Key(new string('k', DiskHeader.KeyBytesMax - 1));
        Assert.True(await _disk.PutAsync(key, DiskFixture.Content(70_000), head));
        _disk.Reopen();
        ITierObject found = (await _disk.FindAsync(key))!;
        Assert.Equal(head, Encoding.ASCII.GetString(found.Head));
        Assert.Equal(DiskFixture.Content(70_000), await DiskFixture.ReadAsync(found));
        found.Release();
    }

    [Fact]
    public async Task Tier_Ended_AnswersEverybody()
    {
        byte[] content = DiskFixture.Content(100_000);
        await _disk.PutAsync(Key, content);
        ITierObject found = (await _disk.FindAsync(Key))!;
        DiskWriter writer = _disk.Tier.TryBegin(Key, [], [], -1, DiskFixture.Forever, 0)!;
        DiskWriter committed = _disk.Tier.TryBegin(DiskFixture.Key("http://a.example/y"), [], [], -1, DiskFixture.Forever, 0)!;
        Assert.True(writer.TryAppend(content));
        DiskFixture.Until(() => writer.WrittenBytes == content.Length);
        Assert.True(committed.TryAppend(content));
        Task<bool> commit = committed.CommitAsync();
        DiskTier tier = _disk.Tier;
        _disk.Close();
        Assert.True(await commit);
        Assert.Equal(-1, await found.ReadAsync(0, new byte[10], 0, 10));
        Assert.Null(await tier.FindAsync(Key));
        writer.TryAppend([1]);
        Assert.False(await writer.CommitAsync());
        Assert.Equal(1, tier.RemoveUrl("http://a.example/x"u8, isSoft: false));
        Assert.False(await tier.RefreshAsync(Key, [], [], DiskFixture.Forever, 0));
        found.Release();
        Assert.Empty(_disk.Messages);
    }

    public void Dispose() => _disk.Dispose();
}
