namespace Sluice.Certificates.Dns.Messages;

/// <summary>How a server answers (RFC 1035, section 4.1.1; RFC 2136, section 2.2; RFC 8945, section 3).</summary>
internal enum DnsResponseCode
{
    /// <summary>NOERROR</summary>
    Ok = 0,

    /// <summary>FORMERR: it didn't understand.</summary>
    FormatError = 1,

    /// <summary>SERVFAIL: it can't at the moment.</summary>
    ServerFailure = 2,

    /// <summary>NXDOMAIN: there is no such name.</summary>
    NoSuchName = 3,

    /// <summary>NOTIMP: it doesn't do this.</summary>
    NotImplemented = 4,

    /// <summary>REFUSED: not for this client.</summary>
    Refused = 5,

    /// <summary>NOTAUTH: not this server's zone, or the signature is not good.</summary>
    NotAuthoritative = 9,

    /// <summary>NOTZONE: a name that isn't in the zone.</summary>
    NotInZone = 10,

    /// <summary>BADSIG, in a signature only.</summary>
    BadSignature = 16,

    /// <summary>BADKEY, in a signature only.</summary>
    BadKey = 17,

    /// <summary>BADTIME, in a signature only.</summary>
    BadTime = 18,

    /// <summary>BADTRUNC, in a signature only.</summary>
    BadTruncation = 22,
}
