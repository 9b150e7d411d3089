using System.Diagnostics;
using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Time;
using Xunit;

namespace Sluice.Proxy.Tests.Caching.Disk;

/// <summary>A folder of its own with a disk tier in it, and time that stands still.</summary>
internal sealed class DiskFixture : IDisposable
{
    public const long Forever = uint.MaxValue;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<string> _messages = [];
    private DiskTier? _tier;

    public DiskFixture(bool opens = true)
    {
        Folder = Path.Combine(Path.GetTempPath(), $"sluice-disk-{Guid.NewGuid():N}");
        Plan = new DiskCachePlan(Folder) { FreeBytesMin = 0 };
        if (opens)
        {
            Reopen();
        }
    }

    public string Folder { get; }

    public DiskCachePlan Plan { get; set; }

    public ManualTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public DiskTier Tier => _tier!;

    public string[] Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    public static byte[] Key(string url, string rest = "") => Encoding.ASCII.GetBytes($"{url}\0{rest}");

    // Every byte tells where it is and whose it is.
    public static byte[] Content(int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    public void Reopen(bool waits = true)
    {
        _tier?.Dispose();
        _tier = DiskTier.Open(Plan, Log, out string? error, Time);
        Assert.Null(error);
        if (waits)
        {
            Until(() => Tier.Totals.IsScanned);
        }
    }

    public void Close()
    {
        _tier?.Dispose();
        _tier = null;
    }

    public void Resize(DiskCachePlan plan)
    {
        Plan = plan;
        Tier.Resize(plan);
    }

    public async Task<bool> PutAsync(byte[] key, byte[] content, string head = "head", long uselessAfter = Forever, long? since = null, bool saysLength = true)
    {
        DiskWriter? writer = Tier.TryBegin(key, "meta"u8, Encoding.ASCII.GetBytes(head), saysLength ? content.Length : -1, uselessAfter, since ?? Tier.Sequence);
        if (writer is null)
        {
            return false;
        }

        // One that has failed is ended all the same, and is not stored: when that is said, nothing of it is left, and all of it is counted.
        _ = Array.TrueForAll([.. content.Chunk(50_000)], part => writer.TryAppend(part));
        return await writer.CommitAsync().WaitAsync(Patience);
    }

    public Task<ITierObject?> FindAsync(byte[] key) => Tier.FindAsync(key).WaitAsync(Patience);

    public async Task<bool> HasAsync(byte[] key)
    {
        ITierObject? found = await FindAsync(key);
        found?.Release();
        return found is not null;
    }

    /// <summary>The content of what is found; null when there is nothing, or reading it fails.</summary>
    public async Task<byte[]?> GetAsync(byte[] key, int readBytes = 128 * 1024)
    {
        ITierObject? found = await FindAsync(key);
        if (found is null)
        {
            return null;
        }

        byte[]? content = await ReadAsync(found, readBytes);
        found.Release();
        return content;
    }

    public static async Task<byte[]?> ReadAsync(ITierObject found, int readBytes = 128 * 1024)
    {
        var content = new MemoryStream();
        var buffer = new byte[readBytes + 3];
        while (true)
        {
            int read = await found.ReadAsync(content.Length, buffer, 3, readBytes).AsTask().WaitAsync(Patience);
            if (read <= 0)
            {
                return read < 0 ? null : content.ToArray();
            }

            content.Write(buffer, 3, read);
        }
    }

    public string FileOf(byte[] key) => FileOf(Folder, key);

    public static string FileOf(string folder, byte[] key)
    {
        Span<byte> name = stackalloc byte[DiskKey.NameBytes];
        DiskKey.WriteName(DiskKey.Of(key).Name, name);
        string text = Encoding.ASCII.GetString(name);
        return Path.Combine(folder, "objects", text[..2], text[2..4], text);
    }

    public string[] TempFiles() => Directory.GetFiles(Path.Combine(Folder, "temp"));

    public static void Until(Func<bool> condition)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, "It takes too long.");
            Thread.Sleep(2);
        }
    }

    public static void Shell(string command)
    {
        using Process process = Process.Start("sh", ["-c", command]);
        Assert.True(process.WaitForExit(Patience));
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose()
    {
        Close();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void Log(string message)
    {
        lock (_messages)
        {
            _messages.Add(message);
        }
    }
}
