using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Representations;

/// <summary>The names of content codings (RFC 9110, section 8.4.1, and the registry there).</summary>
public static class ContentCodings
{
    /// <summary>How many there are that can be told apart: <see cref="ContentCoding.Identity"/>, <see cref="ContentCoding.Gzip"/>, <see cref="ContentCoding.Brotli"/>, <see cref="ContentCoding.Zstd"/>.</summary>
    public const int Count = 4;

    /// <summary>The name, as it stands in <c>Content-Encoding</c>; empty for <see cref="ContentCoding.Other"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(ContentCoding coding) => coding switch
    {
        ContentCoding.Identity => "identity"u8,
        ContentCoding.Gzip => "gzip"u8,
        ContentCoding.Brotli => "br"u8,
        ContentCoding.Zstd => "zstd"u8,
        _ => default,
    };

    /// <summary>Which coding a name is, in any case.</summary>
    public static ContentCoding Find(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8) ? ContentCoding.Gzip
        : Ascii.EqualsIgnoreCase(name, "br"u8) ? ContentCoding.Brotli
        : Ascii.EqualsIgnoreCase(name, "zstd"u8) ? ContentCoding.Zstd
        : Ascii.EqualsIgnoreCase(name, "identity"u8) ? ContentCoding.Identity
        : ContentCoding.Other;

    /// <summary>
    /// What a message says of its content. <c>identity</c> has no place in <c>Content-Encoding</c> (section 8.4) and is passed over; more than one of the others is
    /// <see cref="ContentCoding.Other"/>.
    /// </summary>
    public static ContentCoding Of(FieldTable fields)
    {
        ContentCoding found = ContentCoding.Identity;
        for (int i = fields.IndexOf(KnownField.ContentEncoding); i >= 0; i = fields.IndexOf(KnownField.ContentEncoding, i + 1))
        {
            foreach (ReadOnlySpan<byte> name in new ListElements(fields.Value(i)))
            {
                ContentCoding coding = Find(name);
                found = coding == ContentCoding.Identity ? found
                    : found == ContentCoding.Identity ? coding
                    : ContentCoding.Other;
            }
        }

        return found;
    }
}
