namespace Sluice.Proxy.Plans;

/// <summary>Where a server is: a host and port, or a unix socket; or a service, whose servers are found by its SRV records.</summary>
public sealed record ServerAddress
{
    /// <summary>A host name or an IP address without brackets; empty for a unix socket and for a service.</summary>
    public string Host { get; init; } = "";

    /// <summary>1 to 65,535; 0 for a unix socket and for a service.</summary>
    public int Port { get; init; }

    /// <summary>Whether TLS is spoken with it: <c>https</c>.</summary>
    public bool IsHttps { get; init; }

    /// <summary>The path of the unix socket, or null.</summary>
    public string? UnixPath { get; init; }

    /// <summary>The name of the SRV records (RFC 2782) that say where it is, such as <c>_http._tcp.example.com</c>; null for a server that the configuration names itself.</summary>
    public string? Service { get; init; }

    /// <summary>Whether this stands for all servers of <see cref="Service"/>, and not for one of them.</summary>
    public bool IsService => Service is not null && Port == 0;

    /// <summary>
    /// The name that its certificate has to have unless another is given: that of the host, or of the service's domain, since who can forge an SRV record
    /// could name any host there (RFC 9525, section 6.1.2).
    /// </summary>
    public string CertificateName => Service is null ? Host : string.Join('.', Service.Split('.').SkipWhile(label => label.StartsWith('_')));

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme => IsHttps ? "https" : "http";

    /// <summary>As an operator would write it, such as <c>http://10.0.0.1:8080</c>, <c>unix:/run/app.sock</c> or <c>srv+http://_http._tcp.example.com</c>.</summary>
    public override string ToString() =>
        UnixPath is not null ? "unix:" + UnixPath
        : IsService ? $"srv+{Scheme}://{Service}"
        : Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}"
        : $"{Scheme}://{Host}:{Port}";
}
