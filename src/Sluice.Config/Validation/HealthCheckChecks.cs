using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Validation;

/// <summary>A health check says nothing that its kind has no use for.</summary>
internal static class HealthCheckChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (HealthCheckConfig check in config.Upstreams.Select(upstream => upstream.HealthCheck).OfType<HealthCheckConfig>())
        {
            foreach (string option in check.Given.Where(option => !KindsOf(option).Contains(check.Plan.Kind)))
            {
                diagnostics.Add(
                    DiagnosticCodes.PointlessCheckOption,
                    $"a health check of type `{WordOf(check.Plan.Kind)}` has no use for `{option}`",
                    check.Location,
                    $"`{option}` is for {string.Join(" and ", KindsOf(option).Select(kind => $"`type: {WordOf(kind)}`"))}");
            }
        }
    }

    private static CheckKind[] KindsOf(string option) => option switch
    {
        "host" or "headers" => [CheckKind.Http, CheckKind.Grpc],
        "expect" => [CheckKind.Http, CheckKind.Tcp],
        "send" => [CheckKind.Tcp],
        "service" => [CheckKind.Grpc],
        _ => [CheckKind.Http],
    };

    private static string WordOf(CheckKind kind) => kind.ToString().ToLowerInvariant();
}
