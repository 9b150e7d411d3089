using System.Text;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Tests;

/// <summary>What is cached, and where, as text.</summary>
internal static class CacheText
{
    internal static string Write(CachePlan? cache)
    {
        if (cache is null)
        {
            return "";
        }

        var output = new StringBuilder("  cache\n");
        output.Append(cache.Key is null ? "" : $"    key [{cache.Key.Text}]\n");
        output.Append(cache.KeyHeaders.Count == 0 ? "" : $"    key headers {string.Join(' ', cache.KeyHeaders)}\n");
        output.Append(cache.TrustedHeaders.Count == 0 ? "" : $"    trusted headers {string.Join(' ', cache.TrustedHeaders)}\n");
        output.Append(string.Concat(cache.Valid.Select(lifetime => $"    valid {lifetime.Statuses} {lifetime.Seconds} s\n")));
        output.Append(cache.Bypass is null ? "" : $"    bypass if {cache.Bypass}\n");
        output.Append(cache.NoStore is null ? "" : $"    no store if {cache.NoStore}\n");
        output.Append(string.Concat(cache.PurgeClients.Select(range => $"    purge from {range}\n")));
        PlanText.WriteDifferences(output, "   ", cache, new CachePlan());
        return output.ToString();
    }

    internal static string Write(CacheStorePlan store)
    {
        var output = new StringBuilder();
        PlanText.WriteDifferences(output, "cache", store, new CacheStorePlan());
        if (store.Disk is { } disk)
        {
            output.Append($"cache in {disk.Folder}\n");
            PlanText.WriteDifferences(output, "  disk", disk, new DiskCachePlan(disk.Folder));
        }

        return output.ToString();
    }
}
