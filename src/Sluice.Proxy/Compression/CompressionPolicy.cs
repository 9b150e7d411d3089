using Sluice.Http.Representations;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Compression;

namespace Sluice.Proxy.Compression;

/// <summary>What a route does with the encoding of responses, ready for requests. Immutable.</summary>
internal sealed class CompressionPolicy
{
    private readonly ContentCoding[] _offered;

    private CompressionPolicy(CompressionPlan? plan, bool decompresses)
    {
        Plan = plan;
        Decompresses = decompresses;
        Types = new MediaTypeSet(plan?.Types ?? []);
        _offered = plan is null ? [] : [.. plan.Encodings.Where(coding => IsOffered(coding, plan))];
    }

    /// <summary>How responses are compressed; null where they are not.</summary>
    public CompressionPlan? Plan { get; }

    /// <summary>Whether content is decompressed for clients that can't.</summary>
    public bool Decompresses { get; }

    /// <summary>What is compressed.</summary>
    public MediaTypeSet Types { get; }

    /// <summary>What clients are offered, the best first.</summary>
    public ReadOnlySpan<ContentCoding> Offered => _offered;

    /// <summary>Makes it ready; null when the route leaves encodings alone.</summary>
    public static CompressionPolicy? Create(RoutePlan plan) =>
        plan.Compression is null && !plan.Decompress ? null : new CompressionPolicy(plan.Compression, plan.Decompress);

    /// <summary>Whether clients are offered a coding: zstd only where its library is, and where nothing has to be padded.</summary>
    public static bool IsOffered(ContentCoding coding, CompressionPlan plan) =>
        coding != ContentCoding.Zstd || (CompressionLibraries.HasZstd && plan.Breach != BreachPolicy.Pad);

    /// <summary>The level of a coding.</summary>
    public int LevelOf(ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => Plan!.GzipLevel,
        ContentCoding.Brotli => Plan!.BrotliLevel,
        _ => Plan!.ZstdLevel,
    };
}
