using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Caching;

/// <summary>The tags of a response, kept behind its head: one a line, and none where it has none. Clients never see them.</summary>
internal static class StoredTags
{
    /// <summary>Writes the tags that a response has; what doesn't fit is an overflow.</summary>
    public static void Append(ref HeadWriter writer, FieldTable response)
    {
        foreach (ReadOnlySpan<byte> tag in new CacheTags(response))
        {
            writer.Append(tag);
            writer.Append("\n"u8);
        }
    }

    /// <summary>The lines behind a stored head.</summary>
    public static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> stored)
    {
        int end = stored.IndexOf("\r\n\r\n"u8);
        return end < 0 ? default : stored[(end + 4)..];
    }

    /// <summary>Whether a stored response has a tag.</summary>
    public static bool Has(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> tag)
    {
        ReadOnlySpan<byte> lines = Behind(stored);
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            if (lines[..end].SequenceEqual(tag))
            {
                return true;
            }

            lines = lines[(end + 1)..];
        }

        return false;
    }
}
