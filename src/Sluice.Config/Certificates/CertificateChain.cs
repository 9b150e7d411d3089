using Sluice.Config.Diagnostics;

namespace Sluice.Config.Certificates;

/// <summary>Puts the certificates of a file in the order in which they are sent: each issued by the next, without the root.</summary>
/// <remarks>Who issued whom is known by names and identifiers of keys; signatures are for clients to verify.</remarks>
internal static class CertificateChain
{
    /// <summary>The chain.</summary>
    /// <param name="certificates">Those of the file; the first is what the others are for.</param>
    /// <param name="files">For messages.</param>
    /// <param name="problems">Gets warnings.</param>
    /// <exception cref="CertificateFault">Intermediates are missing.</exception>
    internal static List<DerCertificate> Order(IReadOnlyList<DerCertificate> certificates, CertificateFiles files, List<CertificateProblem> problems)
    {
        var left = new List<DerCertificate>(certificates.Skip(1));
        List<DerCertificate> chain = [certificates[0]];
        bool isComplete = chain[0].IsSelfIssued;
        while (!isComplete && left.Find(chain[^1].MayBeIssuedBy) is { } issuer)
        {
            left.Remove(issuer);
            isComplete = issuer.IsSelfIssued;
            if (!isComplete)
            {
                chain.Add(issuer);
            }
        }

        // The same certificate twice is common, and does no harm when it is left out.
        int strays = left.Count(stray => !stray.IsSelfIssued && !chain.Exists(known => known.Raw.Span.SequenceEqual(stray.Raw.Span)));
        if (strays > 0)
        {
            problems.Add(new CertificateProblem(
                DiagnosticCodes.StrayCertificate, $"`{files.Certificate}` has certificates that don't belong to the chain of the first: {strays}", "they are left out"));
        }

        if (!isComplete && chain.Count == 1 && !files.AllowsIncompleteChain && !SystemRoots.HasIssuerOf(chain[0]))
        {
            throw new CertificateFault(
                DiagnosticCodes.IncompleteChain, $"`{files.Certificate}` has the certificate alone, without what issued it", "add the intermediates behind it");
        }

        return chain;
    }
}
