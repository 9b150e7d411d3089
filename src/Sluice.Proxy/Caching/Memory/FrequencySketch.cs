using System.Numerics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>
/// About how often each key was asked for lately, whether it is held or not: a count-min sketch (Cormode and Muthukrishnan, 2005) of 4-bit counters that are halved again and again,
/// as in TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", 2017). Four counters per key, all within 64 bytes; 8 bytes per entry of the shard.
/// </summary>
/// <remarks>
/// For any thread, without a lock and without atomic operations: of two that write one word at the same time one is lost, with what it counted of other keys in it, too. Counters
/// may be too low by that, which makes a wrong choice a little more likely; they never spill into each other, because words are written whole.
/// </remarks>
internal sealed class FrequencySketch
{
    /// <summary>What counters count to.</summary>
    public const int Max = 15;

    private const int WordsPerBlock = 8;
    private const int Rows = 4;
    private const ulong HalfMask = 0x7777777777777777;

    private ulong[] _words = new ulong[WordsPerBlock];
    private int _agingAt;

    /// <summary>In bytes, for so many entries.</summary>
    public static long BytesFor(int entries) => (long)WordsFor(entries) * sizeof(ulong);

    /// <summary>Makes it large enough for so many entries. Under the lock of the shard. What was counted stays.</summary>
    public void Reserve(int entries)
    {
        int words = WordsFor(entries);
        while (_words.Length < words)
        {
            // The number of a block gets one more bit, so that each block is followed by its double.
            ulong[] doubled = new ulong[_words.Length * 2];
            _words.CopyTo(doubled, 0);
            _words.CopyTo(doubled, _words.Length);
            Volatile.Write(ref _words, doubled);
        }
    }

    /// <summary>Counts a look-up.</summary>
    public void Count(ulong hash)
    {
        ulong[] words = Volatile.Read(ref _words);
        int block = BlockOf(hash, words);
        ulong picks = hash >> 32;
        for (int row = 0; row < Rows; row++, picks >>= 5)
        {
            int at = block + (row * 2) + (int)(picks & 1);
            int shift = (int)(picks >> 1 & 15) * 4;
            ulong word = words[at];

            // What is asked for most is at the top already, and isn't written: its line stays shared between cores.
            if ((word >> shift & Max) < Max)
            {
                words[at] = word + (1UL << shift);
            }
        }
    }

    /// <summary>How often: 0 to <see cref="Max"/>.</summary>
    public int Estimate(ulong hash)
    {
        ulong[] words = Volatile.Read(ref _words);
        int block = BlockOf(hash, words);
        ulong picks = hash >> 32;
        int least = Max;
        for (int row = 0; row < Rows; row++, picks >>= 5)
        {
            int at = block + (row * 2) + (int)(picks & 1);
            least = Math.Min(least, (int)(words[at] >> ((int)(picks >> 1 & 15) * 4) & Max));
        }

        return least;
    }

    /// <summary>Halves the counters of the next so many words, round and round: little by little, so that nobody waits for all.</summary>
    /// <remarks>Two at a time may halve the same ones or leave some out: it evens out.</remarks>
    public void Age(int count)
    {
        ulong[] words = Volatile.Read(ref _words);
        int at = Volatile.Read(ref _agingAt);
        for (int i = 0; i < count; i++)
        {
            at = (at + 1) & (words.Length - 1);
            words[at] = words[at] >> 1 & HalfMask;
        }

        Volatile.Write(ref _agingAt, at);
    }

    private static int WordsFor(int entries) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries, WordsPerBlock));

    // The lowest bits say where in the index an entry is; those of the middle are independent enough of them, and of what picks the counters.
    private static int BlockOf(ulong hash, ulong[] words) => (int)(hash >> 3) & (words.Length - 1) & ~(WordsPerBlock - 1);
}
