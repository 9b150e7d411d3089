using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary><c>Upgrade</c>: a list of <c>protocol-name ["/" protocol-version]</c> (RFC 9110, section 7.8).</summary>
internal static class UpgradeField
{
    /// <summary>
    /// Finds the first protocol that can be tunnelled. HTTP itself can not: a tunnelled <c>h2c</c> would carry requests past every rule of the proxy.
    /// </summary>
    /// <param name="fields">The head's fields.</param>
    /// <param name="protocol">Where the protocol is; empty when there is none.</param>
    internal static Violation Find(FieldTable fields, out TextRange protocol)
    {
        protocol = default;
        for (int line = fields.IndexOf(KnownField.Upgrade); line >= 0; line = fields.IndexOf(KnownField.Upgrade, line + 1))
        {
            foreach (ReadOnlySpan<byte> element in new ListElements(fields.Value(line)))
            {
                int slash = element.IndexOf((byte)'/');
                ReadOnlySpan<byte> name = slash < 0 ? element : element[..slash];
                if (!FieldBytes.IsToken(name) || (slash >= 0 && !FieldBytes.IsToken(element[(slash + 1)..])))
                {
                    return Violation.InvalidUpgrade;
                }

                if (protocol.Length == 0 && !IsHttp(name))
                {
                    bool isInside = fields.Buffer.AsSpan().Overlaps(element, out int offset);
                    Debug.Assert(isInside, "Elements are parts of the buffer.");
                    protocol = new TextRange(offset, element.Length);
                }
            }
        }

        return Violation.None;
    }

    private static bool IsHttp(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "h2c"u8) || Ascii.EqualsIgnoreCase(name, "h2"u8) || Ascii.EqualsIgnoreCase(name, "http"u8);
}
