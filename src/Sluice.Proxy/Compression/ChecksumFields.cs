using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Proxy.Compression;

/// <summary>Fields with checksums of content (RFC 9530, and what came before it), which don't hold for other bytes.</summary>
internal static class ChecksumFields
{
    /// <summary>Whether the field line at an index is one.</summary>
    public static bool Contains(FieldTable fields, int index) => fields[index].Known == KnownField.Other && IsName(fields.Name(index));

    /// <summary>The same fields without them; a copy where there are some, since others may be sent the same trailers.</summary>
    public static FieldTable Without(FieldTable fields)
    {
        FieldTable left = fields;
        for (int i = fields.Count - 1; i >= 0; i--)
        {
            if (Contains(fields, i))
            {
                left = ReferenceEquals(left, fields) ? fields.Copy() : left;
                left.RemoveAt(i);
            }
        }

        return left;
    }

    private static bool IsName(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "content-md5"u8) || Ascii.EqualsIgnoreCase(name, "digest"u8)
        || Ascii.EqualsIgnoreCase(name, "content-digest"u8) || Ascii.EqualsIgnoreCase(name, "repr-digest"u8);
}
