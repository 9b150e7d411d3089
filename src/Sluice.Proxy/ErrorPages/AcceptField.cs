using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Representations;

namespace Sluice.Proxy.ErrorPages;

/// <summary>What a client would rather have (RFC 9110, sections 12.4.2 and 12.5.1). Parameters of media ranges other than <c>q</c> are not looked at.</summary>
internal static class AcceptField
{
    /// <summary>How much a client wants a media type: 0 not at all, to 1,000, which is also what clients that say nothing want everything.</summary>
    public static int QualityOf(FieldTable fields, ReadOnlySpan<byte> mediaType)
    {
        int slash = mediaType.IndexOf((byte)'/');
        int quality = 0;
        int precision = 0;
        bool isThere = false;
        for (int i = fields.IndexOf(KnownField.Accept); i >= 0; i = fields.IndexOf(KnownField.Accept, i + 1))
        {
            foreach (ReadOnlySpan<byte> element in new ListElements(fields.Value(i)))
            {
                isThere = true;
                int end = element.IndexOf((byte)';');
                ReadOnlySpan<byte> range = (end < 0 ? element : element[..end]).Trim(" \t"u8);
                int found = PrecisionOf(range, mediaType, slash);
                if (found > precision)
                {
                    precision = found;
                    quality = end < 0 ? Weight.Whole : Weight.In(element[(end + 1)..]);
                }
            }
        }

        return isThere ? quality : Weight.Whole;
    }

    // The most precise range that fits counts: 3 for the type itself, 2 for its kind, 1 for everything, 0 for another.
    private static int PrecisionOf(ReadOnlySpan<byte> range, ReadOnlySpan<byte> mediaType, int slash)
    {
        if (Ascii.EqualsIgnoreCase(range, mediaType))
        {
            return 3;
        }

        if (range.SequenceEqual("*/*"u8))
        {
            return 1;
        }

        return range.EndsWith("/*"u8) && Ascii.EqualsIgnoreCase(range[..^1], mediaType[..(slash + 1)]) ? 2 : 0;
    }
}
