using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Local;

/// <summary>The extension by which an authority may sign for local names only (RFC 5280, section 4.2.1.10).</summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";

    /// <summary>Makes it; critical, as it has to be, so that who doesn't understand it doesn't trust the authority at all.</summary>
    internal static X509Extension Create()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            foreach (string domain in LocalNames.Domains)
            {
                // The domain itself and everything below it.
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, new Asn1Tag(TagClass.ContextSpecific, 2));
                }
            }

            foreach ((IPAddress address, IPAddress mask) in LocalNames.Networks)
            {
                using (writer.PushSequence())
                {
                    writer.WriteOctetString([.. address.GetAddressBytes(), .. mask.GetAddressBytes()], new Asn1Tag(TagClass.ContextSpecific, 7));
                }
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }
}
