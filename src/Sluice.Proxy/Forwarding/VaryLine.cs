using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Forwarding;

/// <summary>Writes <c>Vary</c> (RFC 9110, section 12.5.5): what a server says, with what this program adds to it, in one line.</summary>
internal static class VaryLine
{
    /// <summary>Writes the line.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="fields">The fields of a server's response, whose <c>Vary</c> is taken over; null when there is nothing to take over.</param>
    /// <param name="byOrigin">Whether the response depends on <c>Origin</c>.</param>
    /// <param name="byEncoding">Whether it depends on <c>Accept-Encoding</c>.</param>
    public static void Append(ref HeadWriter writer, FieldTable? fields, bool byOrigin, bool byEncoding)
    {
        writer.Append("Vary: "u8);
        bool isFirst = true;
        for (int i = fields?.IndexOf(KnownField.Vary) ?? -1; i >= 0; i = fields!.IndexOf(KnownField.Vary, i + 1))
        {
            ReadOnlySpan<byte> value = fields!.Value(i);
            if (!value.IsEmpty)
            {
                AppendItem(ref writer, value, ref isFirst);
                byOrigin &= !Names(value, "origin"u8);
                byEncoding &= !Names(value, "accept-encoding"u8);
            }
        }

        if (byOrigin)
        {
            AppendItem(ref writer, "Origin"u8, ref isFirst);
        }

        if (byEncoding)
        {
            AppendItem(ref writer, "Accept-Encoding"u8, ref isFirst);
        }

        writer.Append("\r\n"u8);
    }

    private static void AppendItem(ref HeadWriter writer, scoped ReadOnlySpan<byte> item, ref bool isFirst)
    {
        writer.Append(isFirst ? default : ", "u8);
        writer.Append(item);
        isFirst = false;
    }

    private static bool Names(ReadOnlySpan<byte> vary, ReadOnlySpan<byte> field)
    {
        foreach (ReadOnlySpan<byte> name in new ListElements(vary))
        {
            if (name.SequenceEqual("*"u8) || Ascii.EqualsIgnoreCase(name, field))
            {
                return true;
            }
        }

        return false;
    }
}
