using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>control</c>.</summary>
internal static class ControlSchema
{
    internal static ObjectType<ControlConfig> Type { get; } = new(
        "control",
        [
            Option<ControlConfig>.Create(
                "socket", new SocketPathType(),
                "The path of the socket. Only the user that runs Sluice can connect to it. Each instance on a machine needs its own.",
                (control, value) => control with { SocketPath = value },
                "`/run/sluice/control.sock` for root, else `$XDG_RUNTIME_DIR/sluice/control.sock` or `/tmp/sluice-UID/control.sock`"),
        ],
        _ => new ControlConfig());

    internal static ConfigType<ControlConfig> Value { get; } = new FormsType<ControlConfig>
    {
        Scalar = new WordType<ControlConfig>(new Word<ControlConfig>("off", new ControlConfig { IsOn = false })),
        Mapping = Type,
    };
}
