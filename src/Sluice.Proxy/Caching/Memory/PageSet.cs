using System.Numerics;

namespace Sluice.Proxy.Caching.Memory;

/// <summary>A set of page numbers that finds its lowest: a bit for each page, and a bit for each word of those. 4 KiB.</summary>
/// <remarks>Guarded by the lock of <see cref="CachePages"/>.</remarks>
internal sealed class PageSet
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _pages = new ulong[CacheBlock.PagesMax / BitsPerWord];
    private readonly ulong[] _words = new ulong[CacheBlock.PagesMax / BitsPerWord / BitsPerWord];

    /// <summary>The lowest page, or -1.</summary>
    public int First
    {
        get
        {
            for (int i = 0; i < _words.Length; i++)
            {
                if (_words[i] != 0)
                {
                    int word = (i * BitsPerWord) + BitOperations.TrailingZeroCount(_words[i]);
                    return (word * BitsPerWord) + BitOperations.TrailingZeroCount(_pages[word]);
                }
            }

            return -1;
        }
    }

    /// <summary>Puts a page in or takes it out.</summary>
    public void Set(int page, bool isIn)
    {
        int word = page / BitsPerWord;
        ulong bit = 1UL << (page % BitsPerWord);
        _pages[word] = isIn ? _pages[word] | bit : _pages[word] & ~bit;
        ulong wordBit = 1UL << (word % BitsPerWord);
        int at = word / BitsPerWord;
        _words[at] = _pages[word] != 0 ? _words[at] | wordBit : _words[at] & ~wordBit;
    }
}
