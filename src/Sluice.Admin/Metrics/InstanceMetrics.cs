using Sluice.Admin.Api;
using Sluice.Admin.Certificates;
using Sluice.Admin.Control;
using Sluice.Admin.Reloading;
using Sluice.Proxy;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Admin.Metrics;

/// <summary>What <c>GET /metrics</c> answers.</summary>
internal static class InstanceMetrics
{
    internal static string Write(ControlledInstance instance)
    {
        var text = new MetricsText();
        WriteReloads(text, instance.Reloader.History);
        SluiceServer server = instance.Server;
        text.Describe("sluice_connections", "gauge", "Client connections that are open.").Add(server.ConnectionCount);
        WriteOverload(text, server);
        WriteHandshakes(text, server);
        WriteHttp2(text, server);
        WriteCertificates(text, instance);
        text.Describe("sluice_route_requests_total", "counter", "Requests that a route took.");
        foreach (RoutePlan route in server.Plan.Routes)
        {
            text.Add(server.RequestsOf(route.Name), ("route", route.Name));
        }

        CacheMetrics.Write(text, server);
        WriteMirrors(text, server);
        List<ServerState> servers =
        [
            .. server.Servers.OrderBy(known => known.UpstreamName, StringComparer.Ordinal).ThenBy(known => known.Name, StringComparer.Ordinal),
        ];
        WriteServers(text, servers);
        CheckMetrics.Write(text, server.Plan, servers);
        HealthMetrics.Write(text, server);
        ConcurrencyMetrics.Write(text, server);
        RetryMetrics.Write(text, server.Retries);
        CompressionMetrics.Write(text, server);
        text.Describe("sluice_access_log_dropped_lines_total", "counter", "Lines of the access log that were dropped because their reader was too slow.")
            .Add(server.DroppedLogLines);
        text.Describe("sluice_bugs_total", "counter", "Bugs that were reported; 0 in a sound program.").Add(server.BugCount);
        text.Describe("sluice_build_info", "gauge", "The program, with its version.").Add(1, ("version", instance.Version));
        text.Describe("process_start_time_seconds", "gauge", "When the process began to answer, in seconds since 1970.").Add(SecondsOf(instance.StartedAt));
        return text.ToString();
    }

    private static void WriteReloads(MetricsText text, ReloadHistory history)
    {
        text.Describe("sluice_config_last_reload_successful", "gauge", "Whether what the files said at the last reload is what is served.")
            .Add(history.IsLastSuccessful ? 1 : 0);
        text.Describe("sluice_config_last_reload_success_timestamp_seconds", "gauge", "When what is served was loaded, in seconds since 1970.")
            .Add(SecondsOf(history.LastSuccessAt));
        text.Describe("sluice_config_reloads_total", "counter", "Reloads by their result.")
            .Add(history.Successes, ("result", "success"))
            .Add(history.Failures, ("result", "failure"));
    }

    private static void WriteOverload(MetricsText text, SluiceServer server)
    {
        OverloadState state = server.Overload;
        text.Describe("sluice_overload_pressure", "gauge", "How much of a resource is used, 0 to 1, where it has a limit.");
        foreach ((string name, double pressure) in OverloadReports.PressuresOf(server.Plan, state))
        {
            text.Add(pressure, ("resource", name));
        }

        text.Describe("sluice_overload_step", "gauge", "The highest step that is taken against overload, 0 for none to 6 for refusing connections.").Add((int)state.Step);
        text.Describe("sluice_overload_shed_total", "counter", "Requests that got a 503 because of overload, by their priority class.");
        foreach ((PriorityClass priority, string name) in OverloadReports.Classes)
        {
            text.Add(server.ShedOf(priority), ("class", name));
        }

        text.Describe("sluice_overload_refused_connections_total", "counter", "Connections that were refused because of overload.").Add(server.RefusedConnections);
    }

    private static void WriteHandshakes(MetricsText text, SluiceServer server)
    {
        (long all, long resumed) = server.Handshakes;
        text.Describe("sluice_tls_handshakes_total", "counter", "TLS handshakes with clients that were completed.")
            .Add(all - resumed, ("kind", "full"))
            .Add(resumed, ("kind", "resumed"));
        text.Describe("sluice_tls_handshake_failures_total", "counter", "TLS handshakes with clients that were not, by the reason.");
        foreach (ProxyErrorCode reason in ProxyErrors.All.Where(reason => server.TlsFailuresOf(reason) > 0))
        {
            text.Add(server.TlsFailuresOf(reason), ("reason", ProxyErrors.Get(reason).Name));
        }
    }

    private static void WriteHttp2(MetricsText text, SluiceServer server)
    {
        (long connections, long streams) = server.Http2;
        text.Describe("sluice_http2_connections_total", "counter", "Connections of clients that spoke HTTP/2.").Add(connections);
        text.Describe("sluice_http2_streams_total", "counter", "Requests that came on them.").Add(streams);
        text.Describe("sluice_http2_faults_total", "counter", "Connections of HTTP/2 clients that were ended, and responses that were given up, by the reason.");
        foreach (Http2Fault fault in Http2Faults.All.Where(fault => server.Http2FaultsOf(fault) > 0))
        {
            text.Add(server.Http2FaultsOf(fault), ("reason", Http2Faults.NameOf(fault)));
        }

        (connections, streams) = server.UpstreamHttp2;
        text.Describe("sluice_upstream_http2_connections_total", "counter", "Connections to servers that spoke HTTP/2.").Add(connections);
        text.Describe("sluice_upstream_http2_streams_total", "counter", "Requests that went on them.").Add(streams);
        text.Describe("sluice_upstream_http2_faults_total", "counter", "Connections to HTTP/2 servers that were closed because of what those did, by the reason.");
        foreach (Http2Fault fault in Http2Faults.All.Where(fault => server.UpstreamHttp2FaultsOf(fault) > 0))
        {
            text.Add(server.UpstreamHttp2FaultsOf(fault), ("reason", Http2Faults.NameOf(fault)));
        }
    }

    private static void WriteCertificates(MetricsText text, ControlledInstance instance)
    {
        text.Describe("sluice_certificate_expiry_timestamp_seconds", "gauge", "When a certificate ends to be valid, in seconds since 1970.");
        foreach (CertificateReport report in CertificateReports.Of(instance.Server.Plan, instance.Certificates, DateTimeOffset.UtcNow))
        {
            if (report.NotAfter is { } notAfter)
            {
                text.Add(SecondsOf(notAfter), ("name", report.Names.Count > 0 ? report.Names[0] : ""), ("source", report.Source), ("origin", report.Origin ?? ""));
            }
        }
    }

    private static void WriteMirrors(MetricsText text, SluiceServer server)
    {
        text.Describe("sluice_mirror_requests_total", "counter", "Copies of requests that a route mirrors, by what became of them.");
        foreach (RoutePlan route in server.Plan.Routes.Where(route => route.Mirror is not null))
        {
            MirrorCounts counts = server.MirrorCountsOf(route.Name);
            text.Add(counts.Sent, ("route", route.Name), ("result", "sent"))
                .Add(counts.Dropped, ("route", route.Name), ("result", "dropped"))
                .Add(counts.Failed, ("route", route.Name), ("result", "failed"));
        }
    }

    private static void WriteServers(MetricsText text, List<ServerState> servers)
    {
        text.Describe("sluice_upstream_active_requests", "gauge", "Requests that a server is answering.");
        servers.ForEach(server => text.Add(server.ActiveRequests, ("upstream", server.UpstreamName), ("server", server.Name)));
        text.Describe("sluice_upstream_server_up", "gauge", "Whether a server gets requests; 0 also while it takes those of its sessions alone.");
        servers.ForEach(server => text.Add(server.Health.Availability == Availability.Ready ? 1 : 0, ("upstream", server.UpstreamName), ("server", server.Name)));
        text.Describe("sluice_upstream_connections", "gauge", "Connections to a server, in use or idle.");
        servers.ForEach(server => text.Add(server.Connections, ("upstream", server.UpstreamName), ("server", server.Name)));
    }

    private static double SecondsOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000d;
}
