using Sluice.Http.Representations;

namespace Sluice.Proxy.Plans;

/// <summary>Which responses of a route are compressed, and how.</summary>
public sealed record CompressionPlan
{
    /// <summary>What is compressed unless said otherwise: text by many names. A <c>*</c> stands for anything.</summary>
    public static readonly PlanList<string> DefaultTypes =
    [
        "text/*", "application/json", "application/*+json", "application/javascript", "application/x-javascript", "application/ecmascript", "application/xml",
        "application/*+xml", "application/x-ndjson", "application/yaml", "application/graphql", "application/wasm", "application/vnd.ms-fontobject", "application/x-font-ttf",
        "font/ttf", "font/otf", "font/collection", "image/svg+xml", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
    ];

    /// <summary>What clients are offered, the best first: that is taken of what they want as much.</summary>
    /// <remarks>zstd costs a quarter of the others' time for as much compression (docs/decisions/0009); brotli makes small pages smaller than gzip does.</remarks>
    public PlanList<ContentCoding> Encodings { get; init; } = [ContentCoding.Zstd, ContentCoding.Brotli, ContentCoding.Gzip];

    /// <summary>The level of gzip, 1 to 9.</summary>
    public int GzipLevel { get; init; } = 5;

    /// <summary>The level of brotli, 0 to 11.</summary>
    public int BrotliLevel { get; init; } = 4;

    /// <summary>The level of zstd, 1 to 19.</summary>
    public int ZstdLevel { get; init; } = 3;

    /// <summary>Media types in lower case, each with one <c>*</c> at most.</summary>
    public PlanList<string> Types { get; init; } = DefaultTypes;

    /// <summary>Content that is known to be smaller is left as it is.</summary>
    public long BytesMin { get; init; } = 1024;

    /// <summary>What is done against guessing secrets.</summary>
    public BreachPolicy Breach { get; init; } = BreachPolicy.Off;

    /// <summary>The share of a worker's time, in hundredths of a percent, above which levels are lowered to 1; half way from there to all of it nothing is compressed any more. 10,000 for no limit.</summary>
    public int CpuShareMax { get; init; } = 6_000;
}
