namespace Sluice.Certificates.Acme;

/// <summary>What is wrong with one identifier of an order (RFC 8555, section 6.7.1).</summary>
/// <param name="Identifier">A name or address; empty when the issuer doesn't say.</param>
/// <param name="Type">As <see cref="AcmeException.Type"/>.</param>
/// <param name="Detail">As <see cref="AcmeException.Detail"/>.</param>
internal sealed record AcmeSubproblem(string Identifier, string Type, string Detail);
