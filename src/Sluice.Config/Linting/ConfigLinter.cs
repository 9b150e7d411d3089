using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Linting;

/// <summary>Advice about a configuration that is good: what is legal, but probably not meant or not wise.</summary>
public static class ConfigLinter
{
    /// <summary>The findings of reading, and the advice with them when there were no errors.</summary>
    public static IReadOnlyList<Diagnostic> Lint(ConfigResult result)
    {
        if (result.HasErrors)
        {
            return result.Diagnostics;
        }

        SluiceConfig config = result.Config!;
        var advice = new DiagnosticBag();
        ListenerAdvice.Run(config, advice);
        UpstreamAdvice.Run(config, advice);
        HedgeAdvice.Run(config, advice);
        RouteAdvice.Run(config, advice);
        CacheAdvice.Run(config, advice);
        TrustAdvice.Run(config, advice);
        TlsAdvice.Run(config, advice);
        ValueAdvice.Run(result.Tree!, advice);
        return [.. result.Diagnostics, .. advice.ToSortedList()];
    }
}
