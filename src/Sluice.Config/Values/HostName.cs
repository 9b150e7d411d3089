using Sluice.Http.Addresses;

namespace Sluice.Config.Values;

/// <summary>What a host may look like: a name, an IPv4 address, or an IPv6 address in brackets.</summary>
internal static class HostName
{
    // RFC 1035, section 2.3.4.
    private const int NameCharsMax = 253;
    private const int LabelCharsMax = 63;

    /// <summary>Whether a text is one of the three. Case doesn't matter; a trailing dot is not allowed.</summary>
    internal static bool IsHost(string text) =>
        text.StartsWith('[') ? text.EndsWith(']') && IsIpv6(text[1..^1]) : LooksLikeIpv4(text) ? IpAddress.TryParse(text, out _) : IsName(text);

    /// <summary>Whether a text is a host name. Underscores are allowed, since container networks use them (RFC 952 doesn't).</summary>
    internal static bool IsName(string text) =>
        text.Length is > 0 and <= NameCharsMax && text.Split('.').All(IsLabel);

    private static bool IsIpv6(string text) => text.Contains(':', StringComparison.Ordinal) && IpAddress.TryParse(text, out _);

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelCharsMax
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    // A name whose last label is numeric is an address to most software (WHATWG URL, "ends in a number"), so it must be a right one.
    private static bool LooksLikeIpv4(string text)
    {
        string last = text[(text.LastIndexOf('.') + 1)..];
        return last.Length > 0 && last.All(char.IsAsciiDigit);
    }
}
