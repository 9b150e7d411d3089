namespace Sluice.Proxy.Plans;

/// <summary>Where a server is: a host and port, or a unix socket.</summary>
public sealed record ServerAddress
{
    /// <summary>A host name or an IP address without brackets; empty for a unix socket.</summary>
    public string Host { get; init; } = "";

    /// <summary>1 to 65,535; 0 for a unix socket.</summary>
    public int Port { get; init; }

    /// <summary>Whether TLS is spoken with it: <c>https</c>.</summary>
    public bool IsHttps { get; init; }

    /// <summary>The path of the unix socket, or null.</summary>
    public string? UnixPath { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme => IsHttps ? "https" : "http";

    /// <summary>As an operator would write it, such as <c>http://10.0.0.1:8080</c> or <c>unix:/run/app.sock</c>.</summary>
    public override string ToString() =>
        UnixPath is not null ? "unix:" + UnixPath
        : Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}"
        : $"{Scheme}://{Host}:{Port}";
}
