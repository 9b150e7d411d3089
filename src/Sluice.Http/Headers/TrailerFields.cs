using System.Text;

namespace Sluice.Http.Headers;

/// <summary>Which fields have a place in trailers (RFC 9110, section 6.5.1).</summary>
internal static class TrailerFields
{
    /// <summary>Whether a field may be passed on; what routes, frames, authenticates or tells of proxies has to be known before the content.</summary>
    /// <param name="field">The field.</param>
    /// <param name="buffer">What its offsets are in.</param>
    internal static bool IsAllowed(in Field field, byte[] buffer)
    {
        if (field.Known != KnownField.Other)
        {
            return (KnownFields.TrailerMask & KnownFields.MaskOf(field.Known)) != 0;
        }

        ReadOnlySpan<byte> name = buffer.AsSpan(field.NameOffset, field.NameLength);
        ReadOnlySpan<byte> forwarded = "x-forwarded-"u8;
        bool isForwarded = name.Length >= forwarded.Length && Ascii.EqualsIgnoreCase(name[..forwarded.Length], forwarded);
        return (field.Flags & (FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Underscore)) == 0 && !isForwarded;
    }
}
