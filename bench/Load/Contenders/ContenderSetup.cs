using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>What every contender of a measurement has in common.</summary>
/// <param name="Workspace">Where configurations are written.</param>
/// <param name="OriginPort">The one upstream server, on 127.0.0.1.</param>
/// <param name="Workers">Worker processes or threads.</param>
/// <param name="Cpu">The only core that the contender may use; null for all.</param>
internal sealed record ContenderSetup(Workspace Workspace, int OriginPort, int Workers, int? Cpu)
{
    /// <summary>The certificate for TLS with clients; null for plain HTTP.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>Clients speak HTTP/2.</summary>
    public bool Http2 { get; init; }

    /// <summary>The origin speaks nothing but HTTP/2, in clear text.</summary>
    public bool UpstreamHttp2 { get; init; }

    /// <summary>Responses of the origin are kept for an hour.</summary>
    public bool Cached { get; init; }

    /// <summary>They are kept in files only.</summary>
    public bool OnDisk { get; init; }

    /// <summary>The folder whose files are served in place of the origin's responses; null to proxy.</summary>
    public string? FilesRoot { get; init; }

    /// <summary>How responses are compressed; null where they aren't.</summary>
    public ContentEncoding? Encoding { get; init; }

    /// <summary>What goes through is gRPC.</summary>
    public bool Grpc { get; init; }
}
