namespace Sluice.Proxy.Plans.Tls;

/// <summary>Which authorities a peer's certificate may come from. Read at load, so that nothing can be missing later.</summary>
/// <param name="CaPem">The certificates of the authorities in PEM; null means those of the system.</param>
/// <param name="CrlPem">Revocation lists in PEM, one for each authority of a chain; null means that revocation is not checked.</param>
/// <param name="Depth">How many intermediates may stand between a peer's certificate and an authority, 0 to 10.</param>
public sealed record TrustPlan(string? CaPem = null, string? CrlPem = null, int Depth = 4)
{
    /// <summary>Sizes only: a bundle has hundreds of certificates.</summary>
    public override string ToString() => $"{CaPem?.Length ?? 0} bytes of authorities, {CrlPem?.Length ?? 0} bytes of revocation lists, depth {Depth}";
}
