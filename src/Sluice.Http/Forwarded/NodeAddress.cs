using Sluice.Http.Addresses;

namespace Sluice.Http.Forwarded;

/// <summary>An address as hops write it: bare, in brackets, or with a port (RFC 7239, section 6, and the habits of <c>X-Forwarded-For</c>).</summary>
internal static class NodeAddress
{
    /// <summary>Reads <c>1.2.3.4</c>, <c>1.2.3.4:80</c>, <c>::1</c>, <c>[::1]</c> or <c>[::1]:80</c>.</summary>
    /// <returns>False for anything else, such as <c>unknown</c> and the names that hide an address (<c>_a1</c>).</returns>
    internal static bool TryParse(ReadOnlySpan<byte> node, out IpAddress address)
    {
        address = default;
        if (node.IsEmpty)
        {
            return false;
        }

        if (node[0] == '[')
        {
            int close = node.IndexOf((byte)']');
            return close > 0 && IsPort(node[(close + 1)..]) && node[..close].Contains((byte)':') && IpAddress.TryParse(node[1..close], out address);
        }

        int colon = node.IndexOf((byte)':');
        bool hasOneColon = colon >= 0 && colon == node.LastIndexOf((byte)':');
        return hasOneColon
            ? IsPort(node[colon..]) && IpAddress.TryParse(node[..colon], out address)
            : IpAddress.TryParse(node, out address);
    }

    // The port is not used, so nothing is asked of it but to be one, or the hidden form of one ("_" and letters).
    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length < 2 || text[0] != ':')
        {
            return false;
        }

        return text[1] == '_' || (text.Length <= 6 && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }
}
