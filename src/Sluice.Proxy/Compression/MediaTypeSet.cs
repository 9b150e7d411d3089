using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Compression;

/// <summary>Media types, each with one <c>*</c> at most. Immutable; allocates nothing.</summary>
internal sealed class MediaTypeSet
{
    private readonly (byte[] Start, byte[]? End)[] _patterns;

    public MediaTypeSet(PlanList<string> types) => _patterns = [.. types.Select(Read)];

    /// <summary>Whether the type of a <c>Content-Type</c>, in any case and without its parameters, is one of them.</summary>
    public bool Contains(ReadOnlySpan<byte> contentType)
    {
        int semicolon = contentType.IndexOf((byte)';');
        ReadOnlySpan<byte> type = (semicolon < 0 ? contentType : contentType[..semicolon]).Trim(" \t"u8);
        foreach ((byte[] start, byte[]? end) in _patterns)
        {
            bool isLong = end is null ? type.Length == start.Length : type.Length > start.Length + end.Length;
            if (isLong && Ascii.EqualsIgnoreCase(type[..start.Length], start) && (end is null || Ascii.EqualsIgnoreCase(type[^end.Length..], end)))
            {
                return true;
            }
        }

        return false;
    }

    private static (byte[] Start, byte[]? End) Read(string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? (Encoding.ASCII.GetBytes(pattern), null) : (Encoding.ASCII.GetBytes(pattern[..star]), Encoding.ASCII.GetBytes(pattern[(star + 1)..]));
    }
}
