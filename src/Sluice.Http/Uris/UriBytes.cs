using System.Buffers;

namespace Sluice.Http.Uris;

/// <summary>The classes of bytes that request targets and hosts are made of (RFC 3986, appendix A).</summary>
internal static class UriBytes
{
    /// <summary>
    /// What may stand in a path unencoded. Beyond pchar and the slash that is <c>[ ] ^ ` { | }</c>, which browsers send raw and no server misreads.
    /// The percent sign is left out: it begins an escape.
    /// </summary>
    internal static readonly SearchValues<byte> Path = SearchValues.Create(
        "!$&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>What may stand in a query: every visible ASCII character but the number sign, which would begin a fragment.</summary>
    internal static readonly SearchValues<byte> Query = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>What a canonical host name is made of. The underscore is no part of DNS host names, but of the names of containers and services.</summary>
    internal static readonly SearchValues<byte> LowerHostName = SearchValues.Create("-.0123456789_abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The same before its case is folded.</summary>
    internal static readonly SearchValues<byte> HostName =
        SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>unreserved (RFC 3986, section 2.3): the characters whose escapes mean the same as themselves.</summary>
    internal static bool IsUnreserved(int value) => char.IsAsciiLetterOrDigit((char)value) || value is '-' or '.' or '_' or '~';
}
