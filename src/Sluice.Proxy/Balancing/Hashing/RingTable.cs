using System.Numerics;
using Sluice.Proxy.Splitting;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Balancing.Hashing;

/// <summary>
/// A ring of points, 160 for each unit of a server's weight; a key belongs to the next point (Karger and others, "Consistent Hashing and Random Trees", 1997; the number as in
/// ketama). The points of a server follow from its address alone, so that its coming or going moves no key between others.
/// </summary>
internal sealed class RingTable : HashTable
{
    private const int PointsPerWeight = 160;

    // 9 bytes each. Beyond, every server has fewer: shares are less even, and a change of weights may move keys of others.
    private const int PointsMax = 1 << 18;

    // A million servers; what is left is enough to tell a point from its neighbours.
    private const int OwnerBits = 20;
    private const ulong OwnerMask = (1UL << OwnerBits) - 1;

    // How many points a part of the ring has at least, about, as a power of two: eight share a line of the cache.
    private const int PointsPerPartBits = 2;

    // Place and owner in one number, in the order of places: what a lookup costs is the memory that it waits for.
    private readonly ulong[] _points;

    // Where the points of each part of the ring begin, so that a lookup looks at some points, where a binary search looks at seventeen.
    private readonly int[] _starts;
    private readonly int _shift;

    /// <summary>Lays out the ring.</summary>
    public RingTable(UpstreamMember[] members)
    {
        double perWeight = Math.Min(PointsPerWeight, (double)PointsMax / members.Sum(member => member.Weight));
        int[] counts = [.. members.Select(member => Math.Max((int)(member.Weight * perWeight), 1))];
        _points = new ulong[counts.Sum()];
        int at = 0;
        for (int i = 0; i < members.Length; i++)
        {
            ulong seed = SplitHash.Of(members[i].Server.NameUtf8);
            for (int replica = 0; replica < counts[i]; replica++, at++)
            {
                _points[at] = PlaceOf(SplitHash.Mix(seed + ((ulong)replica * 0x9E3779B97F4A7C15))) | (uint)members[i].Index;
            }
        }

        Array.Sort(_points);
        int bits = Math.Max(BitOperations.Log2((uint)_points.Length) - PointsPerPartBits, 1);
        _shift = 64 - bits;
        _starts = new int[1 << bits];
        for (int part = 0, point = 0; part < _starts.Length; part++)
        {
            while (point < _points.Length && _points[point] >> _shift < (ulong)part)
            {
                point++;
            }

            _starts[part] = point;
        }
    }

    /// <inheritdoc/>
    public override int Locate(ulong hash)
    {
        ulong place = PlaceOf(hash);
        int index = _starts[hash >> _shift];
        while (index < _points.Length && _points[index] < place)
        {
            index++;
        }

        return index == _points.Length ? 0 : index;
    }

    /// <inheritdoc/>
    public override int At(ulong hash, int location, int step)
    {
        int index = location + step;
        return (int)(_points[index < _points.Length ? index : index % _points.Length] & OwnerMask);
    }

    private static ulong PlaceOf(ulong hash) => hash & ~OwnerMask;
}
