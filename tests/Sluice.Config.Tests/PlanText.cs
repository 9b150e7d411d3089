using System.Globalization;
using System.Text;
using Sluice.Config.Automation;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Tests;

/// <summary>A plan as text: everything that differs from the default, a line each, in a fixed order.</summary>
internal static class PlanText
{
    internal static string Write(SluiceConfig config, ProxyPlan plan)
    {
        var output = new StringBuilder();
        foreach (ListenerPlan listener in plan.Listeners)
        {
            output.Append($"listen {listener.EndPoint.GetType().Name} {listener.EndPoint} as {listener.Text}{(listener.ConnectionsMax > 0 ? $" max {listener.ConnectionsMax}" : "")}\n");
            output.Append(TlsText.Write(listener.Tls));
            output.Append(listener.Http2 == Http2Mode.Negotiated ? "" : $"  http2 {listener.Http2}\n");
        }

        foreach (RoutePlan route in plan.Routes)
        {
            WriteRoute(output, plan, route);
        }

        foreach (UpstreamPlan upstream in plan.Upstreams)
        {
            WriteUpstream(output, upstream);
        }

        WriteDifferences(output, "limits", plan.Limits, new ProxyLimits());
        WriteOverload(output, plan.Overload);
        output.Append(CacheText.Write(plan.Cache));
        output.Append(string.Concat(plan.Forwarded.TrustedProxies.Select(range => $"trusted_proxy {range}\n")));
        WriteDns(output, plan.Dns);
        output.Append(string.Concat(plan.ErrorPages.Select(page => $"error page {AccessText.Write(page)}\n")));
        WriteDifferences(output, "forwarded", plan.Forwarded, new ForwardedPlan());
        output.Append(TlsText.Write(plan.Forwarded.ClientIdentity));
        output.Append(AutomationText.Write(AutomationCompiler.Compile(config)));
        output.Append(plan.AccessLog ? "" : "access_log off\n");
        output.Append(config.Workers == 0 ? "" : $"workers {config.Workers}\n");
        output.Append(config.Watch ? "watch\n" : "");
        output.Append(!config.Control.IsOn ? "control off\n" : config.Control.SocketPath is { } socket ? $"control {socket}\n" : "");
        return output.ToString();
    }

    private static void WriteRoute(StringBuilder output, ProxyPlan plan, RoutePlan route)
    {
        output.Append($"route {route.Name}\n");
        output.Append(string.Concat(route.Hosts.Select(host => $"  host {(host.Kind == HostMatchKind.Wildcard ? host.Text + " and below" : host.ToString())}\n")));
        output.Append(string.Concat(route.Paths.Select(path => $"  path '{path.Text}'{KindOf(path)}\n")));
        output.Append(route.Condition is null ? "" : $"  if {route.Condition}\n");
        output.Append(route.Priority == 0 ? "" : $"  priority {route.Priority}\n");
        output.Append(route.PriorityClass == PriorityClass.Normal ? "" : $"  priority class {route.PriorityClass}\n");
        if (route.Limits is { } limits)
        {
            WriteDifferences(output, "  limits", limits, plan.Limits);
        }

        output.Append(route.RequiresClientCertificate ? "  client certificate required\n" : "");
        output.Append(route.EarlyData ? "  early data\n" : "");
        output.Append(AccessText.Write(route));
        WriteRewrite(output, route.Rewrite);
        WriteResponseRewrite(output, route);
        WriteHeaders(output, "request", route.RequestHeaders);
        WriteHeaders(output, "response", route.ResponseHeaders);
        output.Append(route.GrpcWeb ? "  grpc_web\n" : "");
        if (route.Compression is { } compression)
        {
            string types = compression.Types.Equals(CompressionPlan.DefaultTypes) ? "the usual" : string.Join(' ', compression.Types);
            output.Append($"  compress {string.Join(' ', compression.Encodings)}, types {types}\n");
            WriteDifferences(output, "    compress", compression, new CompressionPlan());
        }

        output.Append(route.Decompress ? "  decompress\n" : "");
        output.Append(route.Faults?.Delay is { } delay ? $"  delay {delay}\n" : "").Append(route.Faults?.Abort is { } abort ? $"  abort {abort}\n" : "");
        output.Append(CacheText.Write(route.Cache));
        WriteRetries(output, route.Retries, new RetryPlan());
        if (route.Fallback is { } fallback)
        {
            output.Append($"  fallback {fallback.Upstream?.Name ?? $"respond {fallback.Respond!.Status}"}\n");
        }

        if (route.Mirror is { } mirror)
        {
            output.Append($"  mirror {mirror.Upstream.Name}\n");
            WriteDifferences(output, "    mirror", mirror, new MirrorPlan(mirror.Upstream));
        }

        if (route.Action is ProxyAction proxy)
        {
            WriteProxy(output, proxy);
        }
        else if (route.Action is RedirectAction redirect)
        {
            output.Append($"  redirect {redirect.Status} [{redirect.To.Text}]{(redirect.KeepQuery ? " with the query" : "")}\n");
        }
        else if (route.Action is FilesAction files)
        {
            output.Append($"  files {Path.GetFileName(files.Root)}\n");
            WriteDifferences(output, "    files", files, new FilesAction(files.Root));
            output.Append($"    index {string.Join(' ', files.Index)}\n    try {string.Join(' ', files.TryFiles)}\n");
            output.Append(files.Precompressed.Count == 0 ? "" : $"    precompressed {string.Join(' ', files.Precompressed.Select(side => side.Coding))}\n");
            output.Append(string.Concat(files.Types.Select(type => $"    type {type.Key} {type.Value}\n")));
        }
        else if (route.Action is RespondAction respond)
        {
            output.Append($"  respond {respond.Status}\n");
            output.Append(string.Concat(respond.Fields.Select(field => $"    {field.Key}: {field.Value}\n")));
            string body = Encoding.UTF8.GetString(respond.Body.Span.ToArray()).Replace("\n", "\\n", StringComparison.Ordinal);
            output.Append(body.Length > 0 ? $"    [{body}]\n" : "");
        }
    }

    private static void WriteOverload(StringBuilder output, OverloadPlan? overload)
    {
        if (overload is null)
        {
            output.Append("overload off\n");
            return;
        }

        WriteDifferences(output, "overload", overload, new OverloadPlan());
    }

    private static void WriteRewrite(StringBuilder output, RewritePlan? rewrite)
    {
        if (rewrite is null)
        {
            return;
        }

        output.Append(rewrite.StripPrefix is null ? "" : $"  rewrite strip {rewrite.StripPrefix}\n");
        output.Append(string.Concat(rewrite.Regexes.Select(regex => $"  rewrite regex [{regex.Pattern}] with [{regex.With}]\n")));
        output.Append(rewrite.Replace is null ? "" : $"  rewrite replace [{rewrite.Replace.Text}]\n");
        output.Append(rewrite.AddPrefix is null ? "" : $"  rewrite add {rewrite.AddPrefix}\n");
        foreach (QueryEdit edit in rewrite.Query)
        {
            output.Append($"  rewrite query {(edit.DropsOld ? "drop " : "")}{edit.Name}{string.Concat(edit.Values.Select(value => $" [{value.Text}]"))}\n");
        }
    }

    private static void WriteResponseRewrite(StringBuilder output, RoutePlan route)
    {
        output.Append(route.RewriteLocation is null ? "" : $"  rewrite location{Mappings(route.RewriteLocation)}\n");
        if (route.RewriteCookies is { } cookies)
        {
            output.Append($"  rewrite cookies domain{Mappings(cookies.Domains)} path{Mappings(cookies.Paths)}");
            output.Append($" secure {cookies.Secure} http_only {cookies.HttpOnly} same_site {cookies.SameSite}\n");
        }
    }

    private static string Mappings(PlanList<PrefixMapping> mappings) => string.Concat(mappings.Select(mapping => $" [{mapping.From}]->[{mapping.To}]"));

    private static void WriteHeaders(StringBuilder output, string message, PlanList<HeaderEdit> edits)
    {
        foreach (HeaderEdit edit in edits)
        {
            string values = string.Concat(edit.Values.Select(value => $" [{value.Text}]"));
            output.Append($"  {message} header {edit.Operation} {edit.Name}{values}{(edit.HttpsOnly ? " by https" : "")}\n");
        }
    }

    private static string KindOf(PathMatch path) => path.Kind switch
    {
        PathMatchKind.Prefix => " and below",
        PathMatchKind.Exact => "",
        _ => $" {path.Kind}",
    };

    private static void WriteProxy(StringBuilder output, ProxyAction proxy)
    {
        output.Append($"  proxy {proxy.Target}\n");
        output.Append(proxy.Failover is null ? "" : $"    failover on {proxy.Failover.On}\n");
        output.Append(proxy.Sticky is null ? "" : $"    {proxy.Sticky}\n");
    }

    private static void WriteUpstream(StringBuilder output, UpstreamPlan upstream)
    {
        output.Append($"upstream {upstream.Name}\n  balance {BalanceOf(upstream.Balance)}\n");
        output.Append(string.Concat(upstream.Servers.Select(server => $"  server {server.Address} weight {server.Weight}{(server.Tier == 0 ? "" : $" tier {server.Tier}")}\n")));
        WriteDifferences(output, " ", upstream, new UpstreamPlan { Name = "", Servers = [], Http2 = upstream.Http2 });
        WriteHealth(output, upstream);
        WriteRetries(output, upstream.Retries == RetryPlan.Usual ? null : upstream.Retries, new RetryPlan());
        output.Append(upstream.Session is null ? "" : $"  {upstream.Session}\n");
        WriteCheck(output, upstream.HealthCheck);
        output.Append(TlsText.Write(upstream.Tls));
        output.Append(upstream.Http2 == Http2Mode.Off ? "" : $"  http2 {upstream.Http2}\n");
        WriteDifferences(output, "  pool", upstream.Pool, new PoolLimits());
    }

    private static void WriteCheck(StringBuilder output, HealthCheckPlan? check)
    {
        if (check is null)
        {
            return;
        }

        output.Append($"  check {check.Method} {check.Path} expecting {string.Join(' ', check.Statuses)}\n");
        output.Append(check.Host is null ? "" : $"    host {check.Host}\n");
        output.Append(string.Concat(check.Fields.Select(field => $"    {field.Key}: {field.Value}\n")));
        output.Append(check.Send.Length == 0 ? "" : $"    send [{check.Send.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)}]\n");
        output.Append(check.Expected is null ? "" : $"    expect [{check.Expected}]\n");
        output.Append(check.Service.Length == 0 ? "" : $"    service {check.Service}\n");
        WriteDifferences(output, "   ", check, new HealthCheckPlan());
    }

    private static void WriteHealth(StringBuilder output, UpstreamPlan upstream)
    {
        var byDefault = new OutlierPlan();
        output.Append(upstream.Outliers is null ? "  outliers off\n" : "");
        WriteDifferences(output, "  outliers", upstream.Outliers ?? byDefault, byDefault);
        output.Append(upstream.Outliers is { } outliers && !outliers.Statuses.Equals(byDefault.Statuses) ? $"  outliers Statuses {outliers.Statuses}\n" : "");
        if (upstream.CircuitBreaker is { } circuit)
        {
            output.Append($"  circuit {circuit.Statuses}{(circuit.Latency is null ? "" : $" {circuit.Latency}")}\n");
            WriteDifferences(output, "    circuit", circuit, new CircuitBreakerPlan());
        }

        if (upstream.AdaptiveConcurrency is { } concurrency)
        {
            output.Append("  adaptive concurrency\n");
            WriteDifferences(output, "    concurrency", concurrency, new AdaptiveConcurrencyPlan());
        }
    }

    private static void WriteRetries(StringBuilder output, RetryPlan? retries, RetryPlan byDefault)
    {
        if (retries is null)
        {
            return;
        }

        output.Append($"  retries on {retries.On}\n");
        WriteDifferences(output, "    retries", retries, byDefault);
        output.Append(retries.Hedge is null ? "" : $"    retries {retries.Hedge}\n");
        WriteDifferences(output, "    replay", retries.Replay, byDefault.Replay);
        output.Append(retries.Replay.Folder is null ? "" : $"    replay in {retries.Replay.Folder}\n");
    }

    private static void WriteDns(StringBuilder output, DnsPlan dns)
    {
        output.Append(string.Concat(dns.Servers.Select(server => $"dns server {server}\n")));
        output.Append(dns.DenyAddresses.Equals(DnsPlan.DeniedByDefault) ? "" : $"dns deny {dns.DenyAddresses}\n");
        WriteDifferences(output, "dns", dns, new DnsPlan());
    }

    private static string BalanceOf(BalancePlan balance) =>
        balance.Policy + (balance.Key is null ? "" : $" by {balance.Key}") + (balance.BoundedLoadPercent == 0 ? "" : $" bounded {balance.BoundedLoadPercent} %");

    internal static void WriteDifferences<T>(StringBuilder output, string name, T actual, T byDefault)
    {
        foreach (System.Reflection.PropertyInfo property in typeof(T).GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            string? value = Convert.ToString(property.GetValue(actual), CultureInfo.InvariantCulture);
            if (value != Convert.ToString(property.GetValue(byDefault), CultureInfo.InvariantCulture) && property.PropertyType.IsValueType)
            {
                output.Append($"{name} {property.Name} {value}\n");
            }
        }
    }
}
