using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>How requests of a route are treated besides its action: what a route, a policy and the defaults can all say. Null: nothing said.</summary>
public sealed record RouteSettingsConfig
{
    /// <summary>Changes to <see cref="SluiceConfig.Limits"/>.</summary>
    public Func<ProxyLimits, ProxyLimits>? Limits { get; init; }

    /// <summary>These settings where they say something, and <paramref name="below"/> where they don't. Limits are merged key by key.</summary>
    public RouteSettingsConfig Over(RouteSettingsConfig below) => new()
    {
        Limits = Both(below.Limits, Limits),
    };

    private static Func<T, T>? Both<T>(Func<T, T>? first, Func<T, T>? second) =>
        first is null ? second : second is null ? first : value => second(first(value));
}
