using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Validation;

/// <summary>HTTP/2 can be spoken the way it is asked for: what is negotiated needs TLS.</summary>
internal static class Http2Checks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (ListenerConfig listener in config.Listeners)
        {
            if (listener.Http2 is { } http2)
            {
                CheckListener(listener, http2, diagnostics);
            }
        }

        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            if (upstream.Http2 is { Mode: Http2Mode.Negotiated } http2)
            {
                CheckServers(upstream, http2, diagnostics);
            }
        }
    }

    private static void CheckListener(ListenerConfig listener, Http2Config http2, DiagnosticBag diagnostics)
    {
        if (listener.Tls is not null && http2.Mode == Http2Mode.PriorKnowledge)
        {
            diagnostics.Add(
                DiagnosticCodes.ImpossibleHttp2, $"the listener `{listener.Text}` has TLS, where HTTP/2 is negotiated", http2.Location, "write `true`, which is the default");
        }
        else if (listener.Tls is null && http2.Mode == Http2Mode.Negotiated)
        {
            diagnostics.Add(
                DiagnosticCodes.IneffectiveHttp2,
                $"nothing is negotiated on the listener `{listener.Text}`, which has no TLS",
                http2.Location,
                "for HTTP/2 without TLS: `prior_knowledge`");
        }
    }

    private static void CheckServers(UpstreamConfig upstream, Http2Config http2, DiagnosticBag diagnostics)
    {
        if (upstream.Servers.FirstOrDefault(server => server.Address is { IsHttps: false }) is { Address: { } address } server)
        {
            diagnostics.Add(new Diagnostic(DiagnosticCodes.ImpossibleHttp2, $"nothing can be negotiated with `{address}`, which is reached without TLS", http2.Location)
            {
                Hint = "for HTTP/2 without TLS: `prior_knowledge`",
                Related = server.Location is { } place ? ("the server stands at", place) : null,
            });
        }
    }
}
