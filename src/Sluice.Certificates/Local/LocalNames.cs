using System.Net;
using System.Net.Sockets;

namespace Sluice.Certificates.Local;

/// <summary>The names that mean this machine or this network only, which no public authority can vouch for.</summary>
internal static class LocalNames
{
    // RFC 1035, section 2.3.4, as text without the final dot.
    private const int CharactersMax = 253;
    private const int LabelCharactersMax = 63;

    /// <summary>Below these everything is local: RFC 6761 (section 6.3), and what ICANN reserved for private use in 2024.</summary>
    internal static IReadOnlyList<string> Domains { get; } = ["localhost", "internal"];

    /// <summary>Networks of loopback addresses, in their address and mask.</summary>
    internal static IReadOnlyList<(IPAddress Address, IPAddress Mask)> Networks { get; } =
        [(IPAddress.Parse("127.0.0.0"), IPAddress.Parse("255.0.0.0")), (IPAddress.IPv6Loopback, IPAddress.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))];

    /// <summary>Whether a name is one: <c>localhost</c>, names below it and below <c>internal</c>, also with <c>*</c> as first label, loopback addresses.</summary>
    internal static bool Contain(string name)
    {
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            // In its usual form: `127.1` and `::ffff:127.0.0.1` mean the same address to some and not to others.
            bool isLoopback = address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.IsLoopback(address) : address.Equals(IPAddress.IPv6Loopback);
            return isLoopback && address.ToString() == name;
        }

        string[] labels = name.ToLowerInvariant().Split('.');
        bool isLocal = Domains.Contains(labels[^1]) && (labels.Length > 1 || labels[0] == "localhost");
        return isLocal && name.Length <= CharactersMax && labels.Skip(labels[0] == "*" ? 1 : 0).All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelCharactersMax
        && label[0] != '-' && label[^1] != '-'
        && label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
