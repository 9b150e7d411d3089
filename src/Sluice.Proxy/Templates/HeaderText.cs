using Sluice.Http.Headers;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Templates;

/// <summary>
/// The value of a header: several lines of one name are one list, joined by a comma and a blank (RFC 9110, section 5.3). The one reading of headers:
/// conditions, variables and keys of splits all have it, so that none of them can be shown another line than the rest.
/// </summary>
internal static class HeaderText
{
    /// <summary>Finds the value of a name.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="name">In any case.</param>
    /// <param name="value">The value; of several lines, memory of <see cref="MatchScratch.Bytes"/>, valid until its next use.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(FieldTable fields, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int first = fields.IndexOf(name);
        if (first < 0)
        {
            value = default;
            return false;
        }

        value = fields.Value(first);
        if (fields.IndexOf(name, first + 1) >= 0)
        {
            value = Join(fields, name, first);
        }

        return true;
    }

    private static ReadOnlySpan<byte> Join(FieldTable fields, ReadOnlySpan<byte> name, int first)
    {
        int length = 0;
        for (int i = first; i >= 0; i = fields.IndexOf(name, i + 1))
        {
            length += fields.Value(i).Length + 2;
        }

        Span<byte> memory = MatchScratch.Bytes(length);
        length = 0;
        for (int i = first; i >= 0; i = fields.IndexOf(name, i + 1))
        {
            if (i > first)
            {
                ", "u8.CopyTo(memory[length..]);
                length += 2;
            }

            fields.Value(i).CopyTo(memory[length..]);
            length += fields.Value(i).Length;
        }

        return memory[..length];
    }
}
