using Sluice.Load.Contenders;
using Sluice.Load.Driver;

namespace Sluice.Load.Rows;

/// <summary>One line of work to compare: what the client asks for, and what ratio is wanted.</summary>
internal sealed record LoadRow
{
    /// <summary>Name for --only and for the raw data.</summary>
    public required string Key { get; init; }

    public required string Title { get; init; }

    public required string Path { get; init; }

    /// <summary>Body bytes of one response; the head comes on top.</summary>
    public required int ResponseBytes { get; init; }

    /// <summary>Body bytes of one request; 0 sends a GET, everything else a POST.</summary>
    public int UploadBytes { get; init; }

    /// <summary>The client sends twelve more header fields, as a browser does.</summary>
    public bool BrowserHeaders { get; init; }

    /// <summary>Compare requests per second of two unpinned workers rather than CPU time of one pinned worker.</summary>
    public bool Throughput { get; init; }

    /// <summary>Clients speak TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>The certificate's key is RSA with 2,048 bits, else P-256.</summary>
    public bool RsaKey { get; init; }

    /// <summary>Each request has a connection, and a handshake, of its own; null for kept-alive connections.</summary>
    public HandshakeKind? Handshake { get; init; }

    /// <summary>Clients speak HTTP/2: by ALPN where they speak TLS, else without asking.</summary>
    public bool Http2 { get; init; }

    /// <summary>The origin is spoken with in HTTP/2, without TLS.</summary>
    public bool UpstreamHttp2 { get; init; }

    /// <summary>A unary gRPC call: the upload and the response are a message each, with its prefix of five bytes.</summary>
    public bool Grpc { get; init; }

    /// <summary>The response is one that the proxy has kept: the origin has no part in it.</summary>
    public bool Cached { get; init; }

    /// <summary>It is kept on disk only, and so in no memory of the proxy's own.</summary>
    public bool OnDisk { get; init; }

    /// <summary>What is asked for is a file that the contender has itself.</summary>
    public bool Files { get; init; }

    /// <summary>How the proxy compresses responses; null where it doesn't. <see cref="ResponseBytes"/> are those before.</summary>
    public ContentEncoding? Encoding { get; init; }

    /// <summary>Requests under way at any time.</summary>
    public int InFlight => Http2 ? H2Load.Connections * H2Load.StreamsPerConnection : Wrk.Connections;

    /// <summary>The wanted ratio of Sluice to nginx: at most for CPU time, at least for throughput.</summary>
    public double? NginxGoal { get; init; }

    /// <summary>The wanted ratio of Sluice to Varnish, likewise.</summary>
    public double? VarnishGoal { get; init; }

    /// <summary>The wanted ratio of Sluice to HAProxy, likewise.</summary>
    public double? HaproxyGoal { get; init; }
}
