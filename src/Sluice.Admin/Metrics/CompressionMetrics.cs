using System.Text;
using Sluice.Http.Representations;
using Sluice.Proxy;
using Sluice.Proxy.Compression;

namespace Sluice.Admin.Metrics;

/// <summary>What the metrics say of compression.</summary>
internal static class CompressionMetrics
{
    private static readonly ContentCoding[] Codings = [ContentCoding.Gzip, ContentCoding.Brotli, ContentCoding.Zstd];

    internal static void Write(MetricsText text, SluiceServer server)
    {
        text.Describe("sluice_compression_responses_total", "counter", "Responses that were compressed, or decompressed, by their encoding.");
        ForEach(server, (coding, operation, counts) => text.Add(counts.Responses, ("encoding", coding), ("operation", operation)));
        text.Describe("sluice_compression_input_bytes_total", "counter", "Their content before.");
        ForEach(server, (coding, operation, counts) => text.Add(counts.BytesIn, ("encoding", coding), ("operation", operation)));
        text.Describe("sluice_compression_output_bytes_total", "counter", "Their content after.");
        ForEach(server, (coding, operation, counts) => text.Add(counts.BytesOut, ("encoding", coding), ("operation", operation)));
        (long lowered, long skipped) = server.CompressionGivenUp;
        text.Describe("sluice_compression_given_up_total", "counter", "Responses that were compressed at level 1 only, or not at all, because there was too much to do.")
            .Add(lowered, ("what", "level"))
            .Add(skipped, ("what", "all"));
    }

    private static void ForEach(SluiceServer server, Action<string, string, CodingCounts> add)
    {
        foreach (ContentCoding coding in Codings)
        {
            string name = Encoding.ASCII.GetString(ContentCodings.NameOf(coding));
            (CodingCounts compressed, CodingCounts decompressed) = server.CompressionOf(coding);
            add(name, "compress", compressed);
            add(name, "decompress", decompressed);
        }
    }
}
