namespace Sluice.TestKit.Certificates;

/// <summary>How a test's certificate differs from a usual one for servers with a P-256 key.</summary>
public sealed record TestCertificateOptions
{
    /// <summary>DNS names and addresses.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The common name; null means the first name.</summary>
    public string? CommonName { get; init; }

    /// <summary>An URI among its names.</summary>
    public Uri? Uri { get; init; }

    /// <summary>Whether its key is RSA with 2,048 bits.</summary>
    public bool IsRsa { get; init; }

    /// <summary>Whether it is for clients.</summary>
    public bool IsForClients { get; init; }

    /// <summary>How long it is valid from now on.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromDays(10);

    /// <summary>The OCSP responder that it names; null for none.</summary>
    public string? OcspResponder { get; init; }

    /// <summary>Moves its validity, which else is two days old.</summary>
    public TimeSpan Shift { get; init; }
}
