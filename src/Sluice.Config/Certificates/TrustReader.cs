using System.Formats.Asn1;
using System.Text;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Certificates;

/// <summary>Reads authorities and revocation lists. Whatever isn't whole is refused, so that nobody is trusted by accident, nor refused later.</summary>
internal static class TrustReader
{
    private const string ListLabel = "X509 CRL";

    /// <summary>The certificates of a file, in PEM and nothing else.</summary>
    /// <exception cref="CertificateFault">It can't be read, or has none.</exception>
    internal static string ReadAuthorities(string path) =>
        Read(path, label => label is CertificateReader.Label or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE", CertificateReader.Label, "certificate", content => DerCertificate.Parse(content));

    /// <summary>The revocation lists of a file, likewise.</summary>
    /// <exception cref="CertificateFault">It can't be read, or has none.</exception>
    internal static string ReadRevocationLists(string path) => Read(path, label => label == ListLabel, ListLabel, "revocation list", CheckList);

    private static string Read(string path, Predicate<string> isWanted, string label, string noun, Action<ReadOnlyMemory<byte>> check)
    {
        PemFile file = Open(path);
        var text = new StringBuilder();
        int count = 0;
        foreach (PemBlock block in file.Blocks.Where(block => isWanted(block.Label)))
        {
            count++;
            try
            {
                check(block.Content);
            }
            catch (Exception exception) when (exception is AsnContentException or ArgumentException)
            {
                throw new CertificateFault(DiagnosticCodes.UnreadableTrust, $"`{path}` is damaged: its {noun} {count} can't be read");
            }

            text.Append(System.Security.Cryptography.PemEncoding.WriteString(label, block.Content)).Append('\n');
        }

        return count > 0 ? text.ToString() : throw new CertificateFault(
            DiagnosticCodes.UnreadableTrust, $"`{path}` has no {noun} in PEM", $"one begins with `-----BEGIN {label}-----`");
    }

    private static PemFile Open(string path)
    {
        try
        {
            return PemFile.Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CertificateFault(DiagnosticCodes.UnreadableTrust, $"can't read `{path}`: {Yaml.SourceReader.ReasonOf(path, exception)}");
        }
    }

    // RFC 5280, section 5.1.
    private static void CheckList(ReadOnlyMemory<byte> content)
    {
        AsnReader list = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        list.ReadSequence();
        list.ReadSequence().ReadObjectIdentifier();
        list.ReadBitString(out _);
    }
}
