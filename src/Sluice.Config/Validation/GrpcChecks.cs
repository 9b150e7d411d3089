using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Validation;

/// <summary>Where gRPC-Web is bridged to gRPC there are servers, and they are spoken to in HTTP/2.</summary>
internal static class GrpcChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        // A route that could not be read may have had another action.
        if (diagnostics.HasErrors)
        {
            return;
        }

        ILookup<string, UpstreamConfig> upstreams = config.Upstreams.ToLookup(upstream => upstream.Name, StringComparer.Ordinal);
        foreach (RouteConfig route in config.Routes.Where(route => route.Settings.GrpcWeb is { IsOn: true }))
        {
            GrpcWebConfig bridge = route.Settings.GrpcWeb!;
            if (route.Proxy is null)
            {
                diagnostics.Add(DiagnosticCodes.PointlessGrpcWeb, "nothing is bridged: the route answers by itself", bridge.Location);
                continue;
            }

            foreach (ProxyConfig target in route.Proxy.Targets)
            {
                UpstreamConfig? upstream = target.UpstreamName is { } name ? upstreams[name].FirstOrDefault() : null;
                if ((upstream?.Http2?.Mode ?? Http2Mode.Off) == Http2Mode.Off)
                {
                    string servers = upstream is null ? "servers that are written in the route" : $"the servers of `{upstream.Name}`";
                    diagnostics.Add(DiagnosticCodes.GrpcOverHttp1, $"{servers} are spoken to in HTTP/1.1", bridge.Location, "set `http2` of an upstream");
                }
            }
        }
    }
}
