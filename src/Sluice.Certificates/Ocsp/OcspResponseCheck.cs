using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Ocsp;

/// <summary>
/// Checks a response before it is stapled (RFC 6960, section 3.2): clients would end handshakes over a bad one. It has to be successful,
/// about this certificate, signed by somebody who may, valid now and for a known time, and say that the certificate is good.
/// </summary>
/// <param name="id">The certificate that was asked about.</param>
/// <param name="issuer">Its issuer.</param>
/// <param name="now">The time.</param>
internal sealed class OcspResponseCheck(OcspCertificateId id, X509Certificate2 issuer, DateTimeOffset now)
{
    private const string BasicResponse = "1.3.6.1.5.5.7.48.1.1";
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromMinutes(5);

    /// <summary>Checks it.</summary>
    /// <exception cref="OcspException">It may not be stapled, and why.</exception>
    internal OcspStaple Check(byte[] der)
    {
        try
        {
            return CheckResponse(der);
        }
        catch (AsnContentException exception)
        {
            throw new OcspException($"the responder's answer can't be read: {exception.Message}", exception);
        }
    }

    private OcspStaple CheckResponse(byte[] der)
    {
        // OCSPResponse: the status, and the response's type and bytes in [0].
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        AsnReader response = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        OcspResponseStatus status = response.ReadEnumeratedValue<OcspResponseStatus>();
        if (status != OcspResponseStatus.Successful)
        {
            throw new OcspException($"the responder answers {TextOf(status)}");
        }

        AsnReader typed = response.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        response.ThrowIfNotEmpty();
        if (typed.ReadObjectIdentifier() != BasicResponse)
        {
            throw new OcspException("the responder answers with a type of response that is not known");
        }

        AsnReader basic = new AsnReader(typed.ReadOctetString(), AsnEncodingRules.DER).ReadSequence();
        typed.ThrowIfNotEmpty();
        var signed = SignedBlock.Read(basic);
        AsnReader? certificates = basic.HasData ? basic.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence() : null;
        basic.ThrowIfNotEmpty();
        return CheckData(der, signed, certificates);
    }

    private OcspStaple CheckData(byte[] der, SignedBlock signed, AsnReader? certificates)
    {
        // ResponseData: version, responder, time, responses, extensions.
        AsnReader data = new AsnReader(signed.Data, AsnEncodingRules.DER).ReadSequence();
        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (data.PeekTag().HasSameClassAndValue(versionTag))
        {
            data.ReadEncodedValue();
        }

        var responderId = new AsnReader(data.ReadEncodedValue(), AsnEncodingRules.DER);
        data.ReadGeneralizedTime();
        AsnReader responses = data.ReadSequence();
        if (!new OcspSigner(issuer, now).HasSigned(signed, responderId, certificates))
        {
            throw new OcspException("the responder's answer is not signed by the certificate's issuer or somebody whom it authorized");
        }

        while (responses.HasData)
        {
            AsnReader single = responses.ReadSequence();
            if (id.IsNextIn(single))
            {
                return CheckSingle(der, single);
            }
        }

        throw new OcspException("the responder answers about another certificate");
    }

    private OcspStaple CheckSingle(byte[] der, AsnReader single)
    {
        // CertStatus, thisUpdate, nextUpdate in [0], extensions in [1].
        Asn1Tag status = single.PeekTag();
        DateTimeOffset? revokedAt = null;
        if (status.TagValue == 1)
        {
            revokedAt = single.ReadSequence(status).ReadGeneralizedTime();
        }
        else
        {
            single.ReadNull(status);
        }

        DateTimeOffset thisUpdate = single.ReadGeneralizedTime();
        var nextTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        DateTimeOffset? nextUpdate = single.HasData && single.PeekTag().HasSameClassAndValue(nextTag) ? single.ReadSequence(nextTag).ReadGeneralizedTime() : null;
        if (thisUpdate > now + ClockDifferenceMax)
        {
            throw new OcspException($"the responder's answer is not valid before {thisUpdate:u}: one of the clocks is wrong");
        }

        if (nextUpdate is not { } end)
        {
            throw new OcspException("the responder doesn't say how long its answer is valid");
        }

        if (end <= now)
        {
            throw new OcspException($"the responder's answer ended to be valid at {end:u}");
        }

        return status.TagValue switch
        {
            0 => new OcspStaple(der, thisUpdate, end),
            1 => throw new OcspException($"the certificate was REVOKED at {revokedAt:u}: get a new one") { RevokedAt = revokedAt },
            _ => throw new OcspException("the responder doesn't know the certificate"),
        };
    }

    private static string TextOf(OcspResponseStatus status) => status switch
    {
        OcspResponseStatus.MalformedRequest => "that it doesn't understand the request (malformedRequest)",
        OcspResponseStatus.InternalError => "that it failed (internalError)",
        OcspResponseStatus.TryLater => "to try later (tryLater)",
        OcspResponseStatus.SignatureRequired => "that requests have to be signed (sigRequired)",
        OcspResponseStatus.Unauthorized => "that it isn't asked about this certificate (unauthorized)",
        _ => $"with status {(int)status}",
    };
}
