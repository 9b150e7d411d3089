using Sluice.Proxy.Splitting;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing.Hashing;

/// <summary>
/// A table that the servers fill in turns, each in an order of its own, as often as its weight says: shares are even to about a hundredth, and a lookup is one read (Eisenbud and others,
/// "Maglev: A Fast and Reliable Software Network Load Balancer", 2016, section 3.4). A server that goes moves its own keys, and a few of others.
/// </summary>
internal sealed class MaglevTable : HashTable
{
    // Primes, so that every step of an order reaches every place; a hundred times as large as the servers are many, as the paper has it.
    private const int SmallSize = 65_537;
    private const int LargeSize = 655_373;

    // Numbers and not the servers: half the memory, which is what a lookup waits for.
    private readonly int[] _table;

    /// <summary>Fills the table.</summary>
    public MaglevTable(UpstreamMember[] members)
    {
        int size = members.Length * 100L <= SmallSize ? SmallSize : LargeSize;
        _table = new int[size];
        Array.Fill(_table, -1);
        int weightMax = members.Max(member => member.Weight);
        long[] positions = new long[members.Length];
        long[] steps = new long[members.Length];
        double[] credits = new double[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            ulong hash = SplitHash.Of(members[i].Server.NameUtf8);
            positions[i] = (long)(hash % (ulong)size);
            steps[i] = (long)(SplitHash.Mix(hash) % (ulong)(size - 1)) + 1;
        }

        int filled = 0;
        while (filled < size)
        {
            for (int i = 0; i < members.Length && filled < size; i++)
            {
                credits[i] += (double)members[i].Weight / weightMax;
                if (credits[i] >= 1)
                {
                    credits[i]--;
                    Take(members[i], ref positions[i], steps[i]);
                    filled++;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override int Locate(ulong hash) => (int)(hash % (ulong)_table.Length);

    /// <inheritdoc/>
    public override int At(ulong hash, int location, int step) =>
        _table[step == 0 ? location : Locate(SplitHash.Mix(hash + (ulong)step))];

    // The next place in the server's order that nobody has.
    private void Take(UpstreamMember member, ref long position, long step)
    {
        while (_table[position] >= 0)
        {
            position = (position + step) % _table.Length;
        }

        _table[position] = member.Index;
    }
}
