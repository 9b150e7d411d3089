using System.Buffers.Binary;
using System.Diagnostics;

namespace Sluice.Http.Headers;

/// <summary>
/// The name of a known field as words to compare with: up to 24 bytes as two or three words that overlap. A mask has the bit that tells capitals from small letters
/// where the name has a letter, so that a comparison without regard to case is exact.
/// </summary>
internal readonly struct KnownName
{
    private readonly int _length;
    private readonly ulong _first;
    private readonly ulong _middle;
    private readonly ulong _last;
    private readonly ulong _firstMask;
    private readonly ulong _middleMask;
    private readonly ulong _lastMask;

    /// <param name="name">2 to 24 bytes in lower case.</param>
    internal KnownName(ReadOnlySpan<byte> name)
    {
        Debug.Assert(name.Length is >= 2 and <= 24, "Three words hold the name.");
        Span<byte> letters = stackalloc byte[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            letters[i] = char.IsAsciiLetterLower((char)name[i]) ? (byte)0x20 : (byte)0;
        }

        _length = name.Length;
        Read(name, out _first, out _middle, out _last);
        Read(letters, out _firstMask, out _middleMask, out _lastMask);
    }

    /// <summary>Whether a name is this one, in any case.</summary>
    /// <param name="name">2 to 24 bytes.</param>
    internal bool Equals(ReadOnlySpan<byte> name)
    {
        if (name.Length != _length)
        {
            return false;
        }

        Read(name, out ulong first, out ulong middle, out ulong last);
        return (((first ^ _first) & ~_firstMask) | ((middle ^ _middle) & ~_middleMask) | ((last ^ _last) & ~_lastMask)) == 0;
    }

    private static void Read(ReadOnlySpan<byte> name, out ulong first, out ulong middle, out ulong last)
    {
        middle = 0;
        if (name.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(name);
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
            middle = name.Length > 16 ? BinaryPrimitives.ReadUInt64LittleEndian(name[8..]) : 0;
            return;
        }

        first = name.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(name) : BinaryPrimitives.ReadUInt16LittleEndian(name);
        last = name.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]) : BinaryPrimitives.ReadUInt16LittleEndian(name[^2..]);
    }
}
