using System.Net;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;

namespace Sluice.Config.Model;

/// <summary>An address to listen on.</summary>
public sealed record ListenerConfig
{
    /// <summary>The address; null only when it could not be read.</summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>As the user wrote it.</summary>
    public string Text { get; init; } = "";

    /// <summary>What matches can call it by; null when it has no name but its address.</summary>
    public string? Name { get; init; }

    /// <summary>TLS with its clients; null for plain HTTP.</summary>
    public ListenerTlsConfig? Tls { get; init; }

    /// <summary>Whether clients may speak HTTP/2; null: nothing said.</summary>
    public Http2Config? Http2 { get; init; }

    /// <summary>How many connections it may have at a time; 0 for no limit of its own.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
