using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The options that routes, policies and the defaults share.</summary>
internal static class RouteSettingsSchema
{
    /// <summary>The options for a record that carries the settings.</summary>
    /// <param name="get">The settings of the record.</param>
    /// <param name="set">The record with other settings.</param>
    internal static Option<TOwner>[] For<TOwner>(Func<TOwner, RouteSettingsConfig> get, Func<TOwner, RouteSettingsConfig, TOwner> set)
    {
        Option<TOwner> Setting<TValue>(
            string key, ConfigType<TValue> type, string meaning, Func<RouteSettingsConfig, TValue, RouteSettingsConfig> with, string byDefault = "") =>
            Option<TOwner>.Create(key, type, meaning, (owner, value) => set(owner, with(get(owner), value)), byDefault);

        return
        [
            Setting("limits", new ChangesType<ProxyLimits>(LimitsSchema.OfRoutes), "Limits and timeouts for its requests, instead of those of the top level.",
                (settings, value) => settings with { Limits = value }),
        ];
    }
}
