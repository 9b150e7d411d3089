using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Proxy.Caching.Memory;

namespace Sluice.Bench.Micro.Caching;

/// <summary>What a look-up in the memory tier costs among a million objects, and what those take besides their bytes.</summary>
internal static class CacheBenchmark
{
    private const int Objects = 1_000_000;
    private const int HeadBytes = 250;
    private const int ContentBytes = 100;
    private const int NumberAt = 40;

    // A step through all keys in an order that no processor guesses: a prime that doesn't divide their number.
    private const int Step = 611_953;

    private static readonly byte[] Key = Encoding.ASCII.GetBytes("GET https shop.example.com:443 /images/0000?size=large&v=123");

    private static readonly MemoryWriter Writer = new();

    /// <summary>Measures and prints.</summary>
    internal static void Run()
    {
        long residentBefore = Resident();
        long managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        var tier = new MemoryTier(new MemoryTierLimits(1L << 30, 1 << 20), TimeProvider.System);
        byte[] head = new byte[HeadBytes];
        byte[] content = new byte[ContentBytes];
        for (int i = 0; i < Objects; i++)
        {
            if (!Store(tier, i, head, content))
            {
                throw new InvalidOperationException("An object was not stored.");
            }
        }

        PrintBytes(tier, GC.GetTotalMemory(forceFullCollection: true) - managedBefore, Resident() - residentBefore);
        PrintLookUps(tier);
        PrintWrites(head, content);
    }

    private static void PrintBytes(MemoryTier tier, long managed, long resident)
    {
        MemoryCounters counters = tier.Counters;
        int own = Key.Length + HeadBytes + ContentBytes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{counters.Objects:N0} objects of {Key.Length} + {HeadBytes} + {ContentBytes} = {own} bytes (key, head, content); bytes for each besides those:"));
        Print("what is known of it (entry, index, frequencies)", counters.TakenBytes - PagesOf(tier));
        Print("the same, and its block rounded up", counters.TakenBytes - PagesOf(tier) + counters.Bytes - ((long)own * Objects));
        Print("all that the tier took", counters.TakenBytes - ((long)own * Objects));
        Print("all that the collector says is in use", managed - ((long)own * Objects));
        Print("all that is resident", resident - ((long)own * Objects));
    }

    private static long PagesOf(MemoryTier tier) => (tier.Counters.Bytes + CacheBlock.PageBytes - 1) / CacheBlock.PageBytes * CacheBlock.PageBytes;

    private static void Print(string name, long bytes)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-50}{(double)bytes / Objects,8:F1}"));
    }

    private static void PrintLookUps(MemoryTier tier)
    {
        long at = 0;
        Measurement.Print("look up, the same object", () => Find(tier, 1));
        Measurement.Print("look up, one of a thousand", () => Find(tier, (int)((at += Step) % 1000)));
        Measurement.Print("look up, one of a million", () => Find(tier, (int)((at += Step) % Objects)));
        Measurement.Print("look up, none", () => !Find(tier, -1 - (int)((at += Step) % Objects)));
        SipHash hash = SipHash.WithRandomKey();
        ulong sum = 0;
        Measurement.Print($"hash {Key.Length} bytes (part of the above)", () => (sum += hash.Of(Key)) != 0);
    }

    private static void PrintWrites(byte[] head, byte[] content)
    {
        var tier = new MemoryTier(new MemoryTierLimits(64L << 20, 1 << 20), TimeProvider.System);
        int next = 0;
        Measurement.Print("store, while others go for it", () => Store(tier, next++, head, content));
    }

    private static bool Find(MemoryTier tier, int number)
    {
        Span<byte> key = stackalloc byte[Key.Length];
        Number(key, number);
        if (!tier.TryGet(key, out MemoryObject found))
        {
            return false;
        }

        found.Release();
        return true;
    }

    private static bool Store(MemoryTier tier, int number, byte[] head, byte[] content)
    {
        Span<byte> key = stackalloc byte[Key.Length];
        Number(key, number);
        return tier.TryBegin(Writer, key, default, uint.MaxValue, head, content.Length)
            && Writer.TryAppend(content)
            && Writer.Commit(tier.PurgeSequence, always: true) == CommitOutcome.Stored;
    }

    private static void Number(Span<byte> key, int number)
    {
        Key.CopyTo(key);
        BinaryPrimitives.WriteInt32LittleEndian(key[NumberAt..], number);
    }

    private static long Resident()
    {
        const string Name = "VmRSS:";
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Name, StringComparison.Ordinal));
        return long.Parse(line[Name.Length..^2].Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
