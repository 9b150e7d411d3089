using System.Globalization;
using System.Text;
using Sluice.Proxy.Caching.Disk;
using Sluice.Proxy.DiskHost;
using Sluice.Proxy.Plans.Caching;

// Stores, refreshes and removes objects in the folder that is its first argument, beginning with the version that is its second, several at a time, until it is
// killed. Prints what it did when that was reported to it, a line each: "<number> <version> <refreshed>", and "gone <number> <version>", before which it says "going".
const int keys = 40;
const int tasks = 4;
using DiskTier? tier = DiskTier.Open(new DiskCachePlan(args[0]) { FreeBytesMin = 0 }, Console.Error.WriteLine, out string? error);
if (tier is null)
{
    Console.Error.WriteLine(error);
    return 1;
}

long first = long.Parse(args[1], CultureInfo.InvariantCulture);
await Task.WhenAll(Enumerable.Range(0, tasks).Select(task => Task.Run(() => StoreAsync(tier, task, first))));
return 0;

// Each task has keys of its own, so that what it printed last of one is what that has.
static async Task StoreAsync(DiskTier tier, int task, long first)
{
    var random = new Random((int)first + task);
    for (long version = first; ; version++)
    {
        var stored = new StoredVersion((random.Next(keys / tasks) * tasks) + task, version, 0);
        byte[] key = StoredVersion.Key(stored.Number);
        byte[] content = stored.Content();
        DiskWriter writer = tier.TryBegin(key, "meta"u8, Encoding.ASCII.GetBytes(stored.ToString()), content.Length, uint.MaxValue, tier.Sequence)!;
        bool isTaken = Array.TrueForAll([.. content.Chunk(30_000)], part => writer.TryAppend(part));
        if (!isTaken || !await writer.CommitAsync())
        {
            throw new InvalidOperationException($"{stored} was not stored.");
        }

        Console.WriteLine(stored);
        if (random.Next(3) == 0)
        {
            stored = stored with { Refreshed = 1 };
            if (await tier.RefreshAsync(key, "meta"u8, Encoding.ASCII.GetBytes(stored.ToString()), uint.MaxValue, tier.Sequence))
            {
                Console.WriteLine(stored);
            }
        }

        if (random.Next(10) == 0)
        {
            Console.WriteLine($"going {stored.Number} {version}");
            await tier.RemoveWhere((other, _, _) => other.SequenceEqual(key), isSoft: false);
            Console.WriteLine($"gone {stored.Number} {version}");
        }
    }
}
