using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Schema.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>An entry of <c>listen</c>.</summary>
internal static class ListenerSchema
{
    private static readonly ListenAddressType Address = new();

    /// <summary>What is said of HTTP/2, and where.</summary>
    internal static ConfigType<Http2Config> Http2 { get; } =
        new ConvertedType<Http2Mode, Http2Config>(new Http2ModeType(), (value, place) => new Http2Config(value, place));

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
            Option<ListenerConfig>.Create(
                "http2", Http2,
                "Whether clients may speak HTTP/2: with `true` it is offered to those that come with TLS; `prior_knowledge` is for a listener without TLS, which then "
                + "takes it beside HTTP/1.",
                (listener, value) => listener with { Http2 = value }, "`true`"),
            Option<ListenerConfig>.Create(
                "max_connections", new IntegerType(0, 10_000_000),
                "How many connections it may have at a time, over all workers; one more is refused with 503. Beside that there is `max_connections` of `limits` for all listeners; 0 means no "
                + "limit of its own.",
                (listener, value) => listener with { ConnectionsMax = (int)value }, "`0`"),
        ],
        place => new ListenerConfig { Location = place });

    internal static ConfigType<ListenerConfig> Value { get; } = new FormsType<ListenerConfig>
    {
        Scalar = Address,
        Mapping = Type,
    };
}
