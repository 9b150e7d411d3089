using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Schema.Tls;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>An entry of <c>listen</c>.</summary>
internal static class ListenerSchema
{
    private static readonly ListenAddressType Address = new();

    internal static ObjectType<ListenerConfig> Type { get; } = new(
        "listener",
        [
            Option<ListenerConfig>.Create(
                "address", Address,
                "`:8080` (every address, IPv4 and IPv6), `127.0.0.1:8080`, `localhost:8080` (127.0.0.1), `[::1]:8080` or `unix:/run/sluice.sock`. "
                + "Port 0 lets the kernel choose.",
                (listener, value) => listener with { EndPoint = value.EndPoint, Text = value.Text }, isRequired: true),
            Option<ListenerConfig>.Create(
                "name", new NameType(), "A name for `listener` of a match; unique.", (listener, value) => listener with { Name = value }, "its address"),
            Option<ListenerConfig>.Create(
                "tls", ListenerTlsSchema.Value, "TLS with its clients. In short `auto`: certificates are obtained for the hosts of the routes.",
                (listener, value) => listener with { Tls = value }, "plain HTTP"),
        ],
        place => new ListenerConfig { Location = place });

    internal static ConfigType<ListenerConfig> Value { get; } = new FormsType<ListenerConfig>
    {
        Scalar = Address,
        Mapping = Type,
    };
}
