using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Linting;

/// <summary>A second server that is to be asked exists, and its time comes.</summary>
internal static class HedgeAdvice
{
    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        Func<RetryPlan, RetryPlan>? defaults = config.Defaults.Routes.Retries;
        foreach (UpstreamConfig upstream in config.Upstreams.Where(upstream => upstream.Retries is not null))
        {
            RetryPlan plan = RetryCompiler.Compile(defaults, upstream.Retries);
            if (plan.Hedge is not null && upstream.Servers.Count == 1)
            {
                advice.Add(DiagnosticCodes.HedgeOfOne, $"the upstream `{upstream.Name}` has one server, and no second to ask", upstream.Location, "remove `hedge`");
            }

            CheckTime(plan, upstream.Location, advice);
        }

        foreach (RouteConfig route in config.Routes.Where(route => route.Settings.Retries is not null))
        {
            CheckTime(RetryCompiler.Compile(defaults, route.Settings.Retries), route.Location, advice);
        }

        foreach (PolicyConfig policy in config.Policies.Where(policy => policy.Settings.Retries is not null))
        {
            CheckTime(RetryCompiler.Compile(defaults, policy.Settings.Retries), policy.Location, advice);
        }
    }

    private static void CheckTime(RetryPlan plan, SourceLocation? place, DiagnosticBag advice)
    {
        if (plan.Hedge is not { } hedge)
        {
            return;
        }

        string? reason = plan.AttemptsMax == 0 ? "`attempts` allows none"
            : plan is { BudgetPercent: 0, BudgetMin: 0 } ? "`budget` allows none"
            : plan.PerTryTimeoutMs > 0 && hedge.DelayMs >= plan.PerTryTimeoutMs ? $"its {DurationType.Format(hedge.DelayMs)} are not below `per_try_timeout`"
            : null;
        if (reason is not null)
        {
            advice.Add(DiagnosticCodes.IdleHedge, $"`hedge` never asks a second server: {reason}", place);
        }
    }
}
