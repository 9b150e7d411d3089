using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Admin.Certificates;
using Sluice.Admin.Control;
using Sluice.Admin.Metrics;
using Sluice.Admin.Plans;
using Sluice.Admin.Reloading;
using Sluice.Certificates;
using Sluice.Config.Showing;

namespace Sluice.Admin.Api;

/// <summary>The endpoints of the control API; docs/reference/control-api.md describes them.</summary>
internal static class ControlApi
{
    private const int KeyBytesMax = 64;
    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>Adds them.</summary>
    internal static void Map(WebApplication application, ControlledInstance instance)
    {
        application.MapGet("/v1/status", context => WriteAsync(context, StatusReports.StatusOf(instance), ApiJson.Default.InstanceStatus));
        application.MapGet(
            "/v1/routes", context => WriteAsync(context, StatusReports.RoutesOf(instance.Server), ApiJson.Default.IReadOnlyListRouteStatus));
        application.MapGet(
            "/v1/upstreams", context => WriteAsync(context, StatusReports.UpstreamsOf(instance.Server), ApiJson.Default.IReadOnlyListUpstreamStatus));
        application.MapPost("/v1/upstreams/state", context => SetStateAsync(context, instance));
        application.MapGet("/v1/cache", context => WriteAsync(context, CacheReports.StatusOf(instance.Server), ApiJson.Default.CacheStatus));
        application.MapPost("/v1/cache/purge", context => PurgeAsync(context, instance));
        application.MapGet("/v1/config", context => WriteConfigAsync(context, instance.Reloader));
        application.MapGet("/v1/plan", context => WritePlanAsync(context, instance.Reloader));
        application.MapGet(
            "/v1/certificates", context => WriteAsync(context, CertificatesOf(instance), ApiJson.Default.IReadOnlyListCertificateReport));
        application.MapPost("/v1/certificates/renew", context => RenewAsync(context, instance));
        application.MapPost("/v1/reload", context => ReloadAsync(context, instance.Reloader));
        application.MapGet("/metrics", context =>
        {
            context.Response.ContentType = MetricsType;
            return context.Response.WriteAsync(InstanceMetrics.Write(instance));
        });
    }

    // Who compares brings a key of its own, so that no answer that is shown to others has the means to find out what a digest stands for.
    private static Task WritePlanAsync(HttpContext context, Reloader reloader)
    {
        byte[] key = ProcessKey;
        if (context.Request.Query["key"].ToString() is { Length: > 0 } text)
        {
            key = new byte[text.Length / 2];
            bool isKey = Convert.FromHexString(text, key, out _, out _) == OperationStatus.Done && key.Length is >= PlanFactsReader.KeyBytesMin and <= KeyBytesMax;
            if (!isKey)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            }
        }

        return WriteAsync(context, new PlanFactsReader(key).Read(reloader.Served), ApiJson.Default.IReadOnlyListPlanFacts);
    }

    // Placeholders stay as they are written, so there is no secret in it that isn't in the file.
    private static Task WriteConfigAsync(HttpContext context, Reloader reloader)
    {
        bool hasOrigin = context.Request.Query["origin"] == "true";
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(ConfigShow.WriteJson(reloader.Served, hasOrigin) ?? "null");
    }

    // Answers with the upstreams as they are then; with 422 and none when there is no such server, or no such state.
    private static Task SetStateAsync(HttpContext context, ControlledInstance instance)
    {
        string server = context.Request.Query["server"].ToString();
        string state = context.Request.Query["state"].ToString();
        string? upstream = context.Request.Query["upstream"].ToString() is { Length: > 0 } name ? name : null;
        IReadOnlyList<UpstreamStatus> upstreams = [];
        if (ServerStates.Words.Contains(state) && ServerStates.Set(instance.Server, server, upstream, state) is { Count: > 0 } set)
        {
            upstreams = [.. StatusReports.UpstreamsOf(instance.Server).Where(status => set.Any(known => known.UpstreamName == status.Name))];
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return WriteAsync(context, upstreams, ApiJson.Default.IReadOnlyListUpstreamStatus);
    }

    // Answers with how many objects there were, and with 422 and the reason when it isn't clear which are meant.
    private static Task PurgeAsync(HttpContext context, ControlledInstance instance)
    {
        PurgeReport report = CacheReports.Purge(instance.Server, context.Request.Query);
        context.Response.StatusCode = report.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return WriteAsync(context, report, ApiJson.Default.PurgeReport);
    }

    private static async Task ReloadAsync(HttpContext context, Reloader reloader)
    {
        bool isColored = context.Request.Query["color"] == "true";
        ReloadOutcome outcome = await reloader.ReloadAsync("control socket").ConfigureAwait(false);
        context.Response.StatusCode = outcome.IsSuccess ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        await WriteAsync(context, StatusReports.ReportOf(outcome, isColored), ApiJson.Default.ReloadReport).ConfigureAwait(false);
    }

    private static IReadOnlyList<CertificateReport> CertificatesOf(ControlledInstance instance) =>
        CertificateReports.Of(instance.Server.Plan, instance.Certificates, DateTimeOffset.UtcNow);

    // Answers with those that were to be renewed, as they are after one attempt for each; none when nothing comes from an issuer, or not that name.
    private static async Task RenewAsync(HttpContext context, ControlledInstance instance)
    {
        string? name = context.Request.Query["name"].ToString() is { Length: > 0 } text ? text.ToLowerInvariant() : null;
        try
        {
            await instance.Certificates.RenewAsync(name).WaitAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (CertificateException)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        List<CertificateReport> renewed =
        [
            .. CertificatesOf(instance).Where(report => report.Source is "issuer" or "on_demand" && (name is null || report.Names.Contains(name))),
        ];
        await WriteAsync(context, renewed, ApiJson.Default.IReadOnlyListCertificateReport).ConfigureAwait(false);
    }

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) => context.Response.WriteAsJsonAsync(value, type);
}
