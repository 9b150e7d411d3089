using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Tests;

/// <summary>What a route asks of requests, and the pages it answers with, as text.</summary>
internal static class AccessText
{
    internal static string Write(RoutePlan route)
    {
        var output = new StringBuilder();
        output.Append(route.Methods.Count == 0 ? "" : $"  methods {string.Join(' ', route.Methods)}\n");
        output.Append(route.PathPolicy == PathPolicyPlan.Default ? "" : $"  {route.PathPolicy}\n");
        if (route.Maintenance is { } maintenance)
        {
            output.Append($"  maintenance {maintenance.Status} retry after {maintenance.RetryAfterSeconds} s{string.Concat(maintenance.Except.Select(range => $" except {range}"))}\n");
            output.Append(maintenance.Page is null ? "" : $"    {Write(maintenance.Page)}\n");
        }

        if (route.Cors is { } cors)
        {
            string origins = cors.AnyOrigin ? "any origin" : string.Join(' ', cors.Origins.Select(origin => $"{origin.Kind} {origin.Text}"));
            string headers = cors.AnyHeader ? "any header" : $"headers [{string.Join(' ', cors.Headers)}]";
            output.Append($"  cors {origins}\n    methods {string.Join(' ', cors.Methods)}, {headers}, expose [{string.Join(' ', cors.Expose)}]");
            output.Append($", max age {cors.MaxAgeSeconds} s{(cors.Credentials ? ", credentials" : "")}{(cors.PrivateNetwork ? ", private network" : "")}\n");
        }

        output.Append(string.Concat(route.ErrorPages.Select(page => $"  error page {Write(page)}\n")));
        return output.ToString();
    }

    internal static string Write(ErrorPagePlan page)
    {
        string statuses = page.From == page.To ? $"{page.From}" : $"{page.From}-{page.To}";
        string status = page.Status == 0 ? "" : $" as {page.Status}";
        return $"{statuses} rank {page.Rank}{status}{(page.Intercept ? " intercepts" : "")} {Write(page.Page)}";
    }

    private static string Write(PagePlan page) => $"{page.ContentType} by {page.Encoding} [{page.Body.Text.Replace("\n", "\\n", StringComparison.Ordinal)}]";
}
