using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>session</c> of an upstream.</summary>
internal static class SessionSchema
{
    private static readonly ObjectType<SessionConfig> Type = new(
        "session",
        [
            Option<SessionConfig>.Create(
                "cookie", StickySchema.CookieOf("session cookie", new SessionPlan().Cookie), "The cookie. Upstreams that serve one host need different names.",
                (session, value) => session with { Plan = session.Plan with { Cookie = value } }),
            Option<SessionConfig>.Create(
                "secret", new SecretType(),
                "What cookies are signed with, so that no client can choose its server. Machines with the same secret take each other's cookies.",
                (session, value) => session with { Plan = session.Plan with { Secret = value } }, "cookies are not signed"),
            Option<SessionConfig>.Create(
                "on_failure", new WordType<bool>(new("reassign", false), new("fail", true)),
                "What a client gets whose server takes no requests: `reassign` another server, `fail` a 503.",
                (session, value) => session with { Plan = session.Plan with { FailsWithServer = value } }, "`reassign`"),
        ],
        place => new SessionConfig { Location = place });

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<SessionConfig> Value { get; } = new FormsType<SessionConfig>
    {
        Scalar = new ConvertedType<bool, SessionConfig>(new WordType<bool>(new Word<bool>("cookie", true)), (_, place) => new SessionConfig { Location = place }),
        Mapping = Type,
    };
}
