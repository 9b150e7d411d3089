using System.Diagnostics;

namespace Sluice.Proxy.Files;

/// <summary>
/// Names of files that were looked for a moment ago and are not there, so that those who ask again cost no system call. For the loop of its <see cref="FileCache"/>.
/// </summary>
/// <remarks>
/// Whoever asks chooses the names, so there is one place for each that it could be in, found by a hash that is keyed by chance: the table never grows, and names by the million only take
/// each other's places. One that was asked for again in its time gives way to the second that wants its place, not to the first. Files that are there are kept elsewhere.
/// </remarks>
internal sealed class MissingNames
{
    /// <summary>Longer names are not remembered, in bytes.</summary>
    public const int NameBytesMax = 120;

    // 60 KiB of names, from the first one on.
    private const int PlaceCount = 512;

    private readonly Place[] _places = new Place[PlaceCount];
    private byte[]? _names;

    /// <summary>Whether it is known that a file is not there.</summary>
    /// <param name="name">The path below the folder.</param>
    /// <param name="nowMs">The loop's clock.</param>
    public bool Has(ReadOnlySpan<byte> name, long nowMs)
    {
        if (_names is null || name.Length > NameBytesMax)
        {
            return false;
        }

        int index = IndexOf(name);
        ref Place place = ref _places[index];
        if (nowMs >= place.ValidUntilMs || !NameAt(index, place).SequenceEqual(name))
        {
            return false;
        }

        place.IsWanted = true;
        return true;
    }

    /// <summary>Remembers one.</summary>
    /// <param name="name">The path below the folder.</param>
    /// <param name="nowMs">The loop's clock.</param>
    /// <param name="validUntilMs">When it has to be looked for again.</param>
    public void Add(ReadOnlySpan<byte> name, long nowMs, long validUntilMs)
    {
        Debug.Assert(validUntilMs > nowMs, "It was looked for just now.");
        if (name.Length > NameBytesMax)
        {
            return;
        }

        _names ??= new byte[PlaceCount * NameBytesMax];
        int index = IndexOf(name);
        ref Place place = ref _places[index];
        if (nowMs < place.ValidUntilMs && place.IsWanted)
        {
            place.IsWanted = false;
            return;
        }

        name.CopyTo(_names.AsSpan(index * NameBytesMax));
        place = new Place { ValidUntilMs = validUntilMs, Length = name.Length };
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => Array.Clear(_places);

    private static int IndexOf(ReadOnlySpan<byte> name) => (int)((uint)PathComparer.Instance.GetHashCode(name) % PlaceCount);

    private ReadOnlySpan<byte> NameAt(int index, in Place place) => _names.AsSpan(index * NameBytesMax, place.Length);

    private struct Place
    {
        public long ValidUntilMs;
        public int Length;
        public bool IsWanted;
    }
}
