using System.Text;
using Sluice.Config.Model;
using Sluice.Config.Model.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Compilation;

/// <summary>Compiles what is cached, and where.</summary>
internal static class CacheCompiler
{
    /// <summary>One object has at most this part of the memory, so that a few large ones don't push out everything else.</summary>
    internal const int ObjectShare = 8;

    /// <summary>The same of the disk.</summary>
    internal const int DiskObjectShare = 2;

    /// <summary>The cache of a route; null when it has none.</summary>
    /// <param name="settings">What is said about it.</param>
    /// <param name="matches">Compiles its conditions.</param>
    internal static CachePlan? Compile(RouteSettingsConfig settings, MatchCompiler matches)
    {
        if (settings.Cache is not { IsOff: false } config)
        {
            return null;
        }

        var usual = new CachePlan();
        return new CachePlan
        {
            Key = config.Key?.Value,
            KeyHeaders = [.. (config.KeyHeaders ?? []).Select(header => header.Name).Concat(HeadersIn(config.Key?.Value)).Concat(HeadersToldIn(settings)).Distinct()],
            TrustedHeaders = [.. (config.TrustedHeaders ?? []).Select(header => header.Name).Distinct()],
            TrustsAllHeaders = config.TrustsAllHeaders,
            TakesHead = config.Methods?.Contains("HEAD") ?? usual.TakesHead,
            Valid = [.. InOrder((config.Valid ?? []).Select(lifetime => lifetime.Plan))],
            Ignore = config.Ignore ?? usual.Ignore,
            HonorsClient = config.HonorsClient ?? usual.HonorsClient,
            Bypass = config.Bypass is { } bypass ? matches.CompileCondition(bypass) : null,
            NoStore = config.NoStore is { } noStore ? matches.CompileCondition(noStore) : null,
            UsesMin = config.UsesMin ?? usual.UsesMin,
            ObjectBytesMax = config.ObjectBytesMax ?? usual.ObjectBytesMax,
            SliceBytes = (int)(config.SliceBytes ?? usual.SliceBytes),
            StaleWhileRevalidateSeconds = config.StaleWhileRevalidateSeconds ?? usual.StaleWhileRevalidateSeconds,
            StaleIfErrorSeconds = config.StaleIfErrorSeconds ?? usual.StaleIfErrorSeconds,
            Coalesces = config.Coalesce?.IsOn ?? usual.Coalesces,
            CoalesceTimeoutMs = config.Coalesce?.TimeoutMs ?? usual.CoalesceTimeoutMs,
            FinishesFills = config.FinishesFills ?? usual.FinishesFills,
            SaysStatus = config.SaysStatus ?? usual.SaysStatus,
            PurgeClients = [.. (config.PurgeClients ?? []).Select(client => client.Range).Distinct()],
        };
    }

    /// <summary>Where responses are kept.</summary>
    internal static CacheStorePlan Compile(CacheStoreConfig config)
    {
        var usual = new CacheStorePlan();
        long memory = config.MemoryBytes ?? usual.MemoryBytes;
        return new CacheStorePlan
        {
            MemoryBytes = memory,
            MemoryObjectBytesMax = config.MemoryObjectBytesMax ?? Math.Min(usual.MemoryObjectBytesMax, memory / ObjectShare),
            Disk = config.Disk is { } disk ? Compile(disk) : null,
        };
    }

    private static DiskCachePlan Compile(DiskCacheConfig config) => config.Plan with
    {
        ObjectBytesMax = config.ObjectBytesMax ?? Math.Min(config.Plan.ObjectBytesMax, config.Plan.BytesMax / DiskObjectShare),
    };

    // What tells responses apart may differ between them, so servers get it.
    private static IEnumerable<string> HeadersIn(Template? key) => (key?.Parts ?? [])
        .Where(part => part.Variable == TemplateVariable.Header)
        .Select(part => Encoding.ASCII.GetString(part.Text.Span).ToLowerInvariant());

    // What is told to servers may make them answer otherwise, however it gets there.
    private static IEnumerable<string> HeadersToldIn(RouteSettingsConfig settings)
    {
        RewritePlan? rewrite = RewriteCompiler.Compile(settings.Rewrite);
        IEnumerable<Template?> ofTarget = (rewrite?.Query ?? []).SelectMany(edit => edit.Values).Append(rewrite?.Replace);
        return HeaderEditsCompiler.CompileRequest(settings).SelectMany(edit => edit.Values).Concat(ofTarget).SelectMany(HeadersIn);
    }

    // The first that contains a status counts: single ones before classes, and `any` last.
    private static IEnumerable<StatusLifetime> InOrder(IEnumerable<StatusLifetime> lifetimes) =>
        lifetimes.OrderBy(lifetime => lifetime.Statuses.To - lifetime.Statuses.From);
}
