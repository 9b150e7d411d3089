namespace Sluice.Certificates.Dns.Messages;

/// <summary>What servers answer, in words for the operator.</summary>
internal static class DnsResponseText
{
    /// <summary>The text of a code.</summary>
    internal static string Of(DnsResponseCode code) => code switch
    {
        DnsResponseCode.Ok => "NOERROR",
        DnsResponseCode.FormatError => "it doesn't understand the request (FORMERR)",
        DnsResponseCode.ServerFailure => "it fails (SERVFAIL)",
        DnsResponseCode.NoSuchName => "there is no such name (NXDOMAIN)",
        DnsResponseCode.NotImplemented => "it doesn't know how to (NOTIMP)",
        DnsResponseCode.Refused => "it refuses (REFUSED): the key may not be allowed to do this",
        DnsResponseCode.NotAuthoritative => "it is not authoritative for the zone (NOTAUTH)",
        DnsResponseCode.NotInZone => "the name is not in the zone (NOTZONE)",
        DnsResponseCode.BadSignature => "it finds the signature wrong (BADSIG): the secrets of the key differ",
        DnsResponseCode.BadKey => "it doesn't know the key (BADKEY): its name or algorithm differs",
        DnsResponseCode.BadTime => "it finds the signature too old or too new (BADTIME): one of the clocks is wrong",
        DnsResponseCode.BadTruncation => "it wants another length of signatures (BADTRUNC)",
        _ => $"response code {(int)code}",
    };
}
