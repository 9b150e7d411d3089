using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Http.Addresses;

namespace Sluice.Config.Values;

/// <summary>The address of a name server, with a port or without: 53.</summary>
internal sealed class NameServerType : ScalarType<IPEndPoint>
{
    private const int DefaultPort = 53;

    internal override string Expected => "the address of a name server such as `10.0.0.2`";

    internal override string Name => "address";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, @"[0-9.]+(:[0-9]{1,5})?|[0-9A-Fa-f:.]+|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out IPEndPoint? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = Parse(scalar.Text);
        problem = value is not null ? null : new ValueProblem(
            DiagnosticCodes.InvalidNameServer, $"`{scalar.Text}` is not the address of a name server", "an IP address with or without a port, such as `10.0.0.2` or `[fd00::2]:5353`");
        return value is not null;
    }

    private static IPEndPoint? Parse(string text)
    {
        // A lone IPv6 address has colons of its own.
        if (IpAddress.TryParse(text, out _))
        {
            return new IPEndPoint(IPAddress.Parse(text), DefaultPort);
        }

        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        int port = DefaultPort;
        if (hasPort && (!ListenAddress.TryParsePort(text.AsSpan(colon + 1), out port) || port == 0))
        {
            return null;
        }

        string host = hasPort ? text[..colon] : text;
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        string address = isBracketed ? host[1..^1] : host;
        return IpAddress.TryParse(address, out _) && isBracketed == address.Contains(':', StringComparison.Ordinal) ? new IPEndPoint(IPAddress.Parse(address), port) : null;
    }
}
