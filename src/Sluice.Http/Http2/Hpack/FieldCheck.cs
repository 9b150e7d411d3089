using System.Buffers;
using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>What RFC 9113, section 8.2.1, asks of names and values.</summary>
internal static class FieldCheck
{
    private static readonly SearchValues<byte> LowerToken = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What is wrong with a name.</summary>
    internal static FieldFault CheckName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return FieldFault.EmptyName;
        }

        ReadOnlySpan<byte> token = name[0] == ':' ? name[1..] : name;
        return token.IsEmpty || token.ContainsAnyExcept(LowerToken) ? FieldFault.InvalidName : FieldFault.None;
    }

    /// <summary>What is wrong with a value.</summary>
    internal static FieldFault CheckValue(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return FieldFault.None;
        }

        bool isValid = !FieldBytes.IsBlank(value[0]) && !FieldBytes.IsBlank(value[^1]) && !value.ContainsAny(FieldBytes.LineBreaking);
        return isValid ? FieldFault.None : FieldFault.InvalidValue;
    }
}
