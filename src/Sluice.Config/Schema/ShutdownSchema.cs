using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>shutdown</c>.</summary>
internal static class ShutdownSchema
{
    internal static ObjectType<ShutdownConfig> Type { get; } = new(
        "shutdown",
        [
            Option<ShutdownConfig>.Create(
                "grace", new DurationType(0, 86_400_000),
                "How long requests in progress may go on after SIGTERM, SIGINT or SIGQUIT; then their connections are reset.",
                (shutdown, value) => shutdown with { GraceMs = value }, "`30s`"),
        ],
        _ => new ShutdownConfig());
}
