namespace Sluice.Proxy.Caching.Memory;

/// <summary>The last keys of a shard that were removed or marked, for what was on its way meanwhile (see <see cref="PurgeLog"/>). Under the lock of the shard.</summary>
internal sealed class RemovalLog
{
    // 64 removals within one shard while one fetch runs: more, and what the fetch brings isn't stored.
    private const int Remembered = 64;

    private readonly long[] _sequences = new long[Remembered];
    private readonly ulong[] _hashes = new ulong[Remembered];
    private readonly bool[] _areSoft = new bool[Remembered];
    private int _next;
    private long _forgotten;

    /// <summary>Remembers one; numbers only grow.</summary>
    public void Add(long sequence, ulong hash, bool isSoft)
    {
        // One that is removed again and again takes one place. That nothing of it was to be kept counts more than a mark.
        int known = _hashes.AsSpan().IndexOf(hash);
        if (known >= 0 && _sequences[known] > 0)
        {
            _sequences[known] = sequence;
            _areSoft[known] &= isSoft;
            return;
        }

        _forgotten = Math.Max(_forgotten, _sequences[_next]);
        _sequences[_next] = sequence;
        _hashes[_next] = hash;
        _areSoft[_next] = isSoft;
        _next = (_next + 1) % Remembered;
    }

    /// <summary>What those behind a number mean for a key. Two keys of the same hash would be taken for one, which refuses one in 2^64 for nothing.</summary>
    public PurgeVerdict Judge(long since, ulong hash)
    {
        if (since < _forgotten)
        {
            return PurgeVerdict.Refuse;
        }

        PurgeVerdict verdict = PurgeVerdict.Keep;
        for (int i = 0; i < Remembered; i++)
        {
            if (_hashes[i] == hash && _sequences[i] > since)
            {
                verdict = _areSoft[i] && verdict != PurgeVerdict.Refuse ? PurgeVerdict.Mark : PurgeVerdict.Refuse;
            }
        }

        return verdict;
    }
}
