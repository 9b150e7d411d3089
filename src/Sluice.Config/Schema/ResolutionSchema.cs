using System.Net;
using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Http.Addresses;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>dns</c>.</summary>
internal static class ResolutionSchema
{
    private const int DayMs = 86_400_000;

    internal static ObjectType<ResolutionConfig> Type { get; } = new(
        "dns",
        [
            Option<ResolutionConfig>.Create(
                "servers", Forms.OneOrMany<IPEndPoint>(new NameServerType()),
                "The addresses of name servers, with a port or without (53). Each is asked when the ones before don't answer. The search list of `/etc/resolv.conf` isn't used with them.",
                (dns, value) => dns with { Plan = dns.Plan with { Servers = [.. value] } }, "those of `/etc/resolv.conf`"),
            Option<ResolutionConfig>.Create(
                "min_ttl", new DurationType(100, DayMs), "A name isn't asked for again sooner, even if its time to live is shorter, or 0.",
                (dns, value) => dns with { Plan = dns.Plan with { MinTtlMs = value } }, "`1s`"),
            Option<ResolutionConfig>.Create(
                "max_ttl", new DurationType(100, DayMs), "A name is asked for again after this time at the latest, even if its time to live is longer.",
                (dns, value) => dns with { Plan = dns.Plan with { MaxTtlMs = value } }, "`5m`"),
            Option<ResolutionConfig>.Create(
                "timeout", new DurationType(50, 30_000), "How long a name server has for an answer. Each is asked twice at the most.",
                (dns, value) => dns with { Plan = dns.Plan with { TimeoutMs = value } }, "`2s`"),
            Option<ResolutionConfig>.Create(
                "stale", new DurationType(0, 7 * DayMs),
                "An answer that can't be renewed stays in use. Once it could not be for so long, that is warned of, every ten minutes.",
                (dns, value) => dns with { Plan = dns.Plan with { StaleMs = value } }, "`1h`"),
            Option<ResolutionConfig>.Create(
                "deny_addresses", new WordOrType<IReadOnlyList<IpRange>>("none", [], Forms.OneOrMany<IpRange>(new AddressRangeType())),
                "Addresses that names may not resolve to, in place of the default; `none`: they may resolve to any. An address that the configuration itself has as a server isn't held to it.",
                (dns, value) => dns with { Plan = dns.Plan with { DenyAddresses = [.. value] } },
                "`[0.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4, \"::/128\", \"fe80::/10\", \"ff00::/8\"]`"),
        ],
        place => new ResolutionConfig { Location = place });
}
