using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Validation;

/// <summary>The bounds of times to live leave room for one.</summary>
internal static class DnsChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        DnsPlan plan = config.Dns.Plan;
        if (plan.MaxTtlMs < plan.MinTtlMs)
        {
            diagnostics.Add(new Diagnostic(
                DiagnosticCodes.OutOfRange,
                $"`max_ttl` ({DurationType.Format(plan.MaxTtlMs)}) is shorter than `min_ttl` ({DurationType.Format(plan.MinTtlMs)})",
                config.Dns.Location)
            {
                Hint = "a time to live between the two is taken as it is",
            });
        }
    }
}
