namespace Sluice.Certificates.Ocsp;

/// <summary>How a responder answers (RFC 6960, section 4.2.1).</summary>
internal enum OcspResponseStatus
{
    /// <summary>With a response.</summary>
    Successful = 0,

    /// <summary>It didn't understand.</summary>
    MalformedRequest = 1,

    /// <summary>It failed.</summary>
    InternalError = 2,

    /// <summary>It can't at the moment.</summary>
    TryLater = 3,

    /// <summary>Requests have to be signed.</summary>
    SignatureRequired = 5,

    /// <summary>Not for this client, or not its certificate.</summary>
    Unauthorized = 6,
}
