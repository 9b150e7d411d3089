using Sluice.Load.Contenders;

namespace Sluice.Load.Rows;

/// <summary>The HTTP/1.1 rows, all over 64 kept-alive connections.</summary>
internal static class RowCatalogue
{
    public static IReadOnlyList<LoadRow> Http1 { get; } =
    [
        new LoadRow
        {
            Key = "100b", Title = "GET 100 B", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            NginxGoal = 0.95, HaproxyGoal = 0.92,
        },
        new LoadRow
        {
            Key = "browser", Title = "GET 100 B, 12 browser headers", Path = Origin.SmallPath, ResponseBytes = Origin.SmallBytes,
            BrowserHeaders = true, NginxGoal = 1.0,
        },
        new LoadRow
        {
            Key = "10k", Title = "GET 10 KB", Path = Origin.MediumPath, ResponseBytes = Origin.MediumBytes,
            NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "100k", Title = "GET 100 KB", Path = Origin.LargePath, ResponseBytes = Origin.LargeBytes,
            NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "upload", Title = "POST 100 KB", Path = Origin.UploadPath, ResponseBytes = 6, UploadBytes = Origin.LargeBytes,
            NginxGoal = 1.0, HaproxyGoal = 1.0,
        },
        new LoadRow
        {
            Key = "two-workers", Title = "GET 100 B, two workers, unpinned: requests per second", Path = Origin.SmallPath,
            ResponseBytes = Origin.SmallBytes, Throughput = true, NginxGoal = 1.0,
        },
    ];

    /// <exception cref="BenchException">No row has that key.</exception>
    public static IReadOnlyList<LoadRow> Select(string? only)
    {
        IReadOnlyList<LoadRow> chosen = [.. Http1.Where(row => only is null || row.Key == only)];
        return chosen.Count > 0
            ? chosen
            : throw new BenchException($"no row '{only}'; rows: {string.Join(", ", Http1.Select(row => row.Key))}");
    }
}
