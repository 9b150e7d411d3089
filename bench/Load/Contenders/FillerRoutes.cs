namespace Sluice.Load.Contenders;

/// <summary>Routes of a Sluice configuration that no request of the bench takes.</summary>
internal static class FillerRoutes
{
    /// <summary>Entries of `routes` that lead to the upstream `origin`: half of them by host, half by paths that begin alike.</summary>
    public static string Text(int count) => string.Concat(Enumerable.Range(0, count).Select(number => number % 2 == 0
        ? $"  - {{ match: {{ host: host-{number}.example.com, path: /api/* }}, proxy: origin }}\n"
        : $"  - {{ match: {{ path: /service/v{number % 7}/resource-{number}/* }}, proxy: origin }}\n"));
}
