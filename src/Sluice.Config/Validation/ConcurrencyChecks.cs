using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>The greatest limit of requests is not below the least.</summary>
internal static class ConcurrencyChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            if (upstream.AdaptiveConcurrency is { Plan: { } plan } concurrency && plan.LimitMax < plan.LimitMin)
            {
                diagnostics.Add(DiagnosticCodes.OutOfRange, $"`max_limit` of {plan.LimitMax} is below `min_limit` of {plan.LimitMin}", concurrency.Location);
            }
        }
    }
}
