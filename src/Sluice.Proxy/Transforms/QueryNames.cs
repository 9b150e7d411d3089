using System.Globalization;

namespace Sluice.Proxy.Transforms;

/// <summary>Compares names in queries by what they mean, so that an escape can't hide one.</summary>
internal static class QueryNames
{
    /// <summary>Whether a name as it came is the plain one.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> plain)
    {
        foreach (byte expected in plain)
        {
            if (raw.IsEmpty)
            {
                return false;
            }

            bool isEscape = raw[0] == '%' && raw.Length >= 3;
            if (isEscape && byte.TryParse(raw.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                raw = raw[2..];
            }
            else
            {
                value = raw[0];
            }

            if (value != expected)
            {
                return false;
            }

            raw = raw[1..];
        }

        return raw.IsEmpty;
    }
}
