using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>Finds what is wrong between the parts of a configuration; each part by itself was checked when it was read.</summary>
internal static class ConfigValidator
{
    /// <summary>Adds every finding. The configuration may be incomplete because of earlier ones.</summary>
    internal static void Validate(SluiceConfig config, DiagnosticBag diagnostics)
    {
        ListenerChecks.Run(config, diagnostics);
        TlsChecks.Run(config, diagnostics);
        Http2Checks.Run(config, diagnostics);
        AutomationChecks.Run(config, diagnostics);
        RouteChecks.Run(config, diagnostics);
        MatchChecks.Run(config, diagnostics);
        ReachabilityChecks.Run(config, diagnostics);
        UpstreamNameChecks.Run(config, diagnostics);
        SplitChecks.Run(config, diagnostics);
        SessionChecks.Run(config, diagnostics);
        HealthCheckChecks.Run(config, diagnostics);
        OutlierChecks.Run(config, diagnostics);
        ConcurrencyChecks.Run(config, diagnostics);
        MirrorChecks.Run(config, diagnostics);
        GrpcChecks.Run(config, diagnostics);
        CompressionChecks.Run(config, diagnostics);
        FailoverChecks.Run(config, diagnostics);
        UpstreamChecks.Run(config, diagnostics);
        DnsChecks.Run(config, diagnostics);
        RewriteChecks.Run(config, diagnostics);
        HostEditChecks.Run(config, diagnostics);
        PathGroupChecks.Run(config, diagnostics);
        FilesChecks.Run(config, diagnostics);
        CorsChecks.Run(config, diagnostics);
        PageChecks.Run(config, diagnostics);
        PolicyChecks.Run(config, diagnostics);
        CacheChecks.Run(config, diagnostics);
        CacheStoreChecks.Run(config, diagnostics);
        OverloadChecks.Run(config, diagnostics);
        TrustChecks.Run(config, diagnostics);
    }
}
