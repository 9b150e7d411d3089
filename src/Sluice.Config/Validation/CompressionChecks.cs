using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Http.Representations;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Compression;

namespace Sluice.Config.Validation;

/// <summary>What is to be offered to clients can be.</summary>
internal static class CompressionChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        IEnumerable<RouteSettingsConfig> all =
            [config.Defaults.Routes, .. config.Policies.Select(policy => policy.Settings), .. config.Routes.Select(route => route.Settings)];
        foreach (CompressConfig compress in all.Select(settings => settings.Compress).OfType<CompressConfig>())
        {
            // The usual encodings are offered as far as they can be; what was asked for by name is missed.
            bool isWanted = compress.EncodingsLocation is not null && compress.Plan!.Encodings.Contains(ContentCoding.Zstd);
            if (isWanted && compress.Plan!.Breach == BreachPolicy.Pad)
            {
                diagnostics.Add(DiagnosticCodes.EncodingNotOffered, "zstd is not offered with `breach: pad`", compress.EncodingsLocation, "it can't be padded");
            }
            else if (isWanted && !CompressionLibraries.HasZstd)
            {
                diagnostics.Add(DiagnosticCodes.EncodingNotOffered, "zstd is not offered: this system has no libzstd", compress.EncodingsLocation, "install it: `libzstd1` or `libzstd`");
            }
        }
    }
}
