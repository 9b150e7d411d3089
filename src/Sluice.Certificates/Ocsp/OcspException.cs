namespace Sluice.Certificates.Ocsp;

/// <summary>A responder gave no answer that may be stapled. The message is for the operator.</summary>
public sealed class OcspException : CertificateException
{
    /// <summary>For serializers and tests; say what happened instead.</summary>
    public OcspException()
    {
    }

    /// <summary>With what to tell the operator.</summary>
    public OcspException(string message)
        : base(message)
    {
    }

    /// <summary>With what to tell the operator, and what caused it.</summary>
    public OcspException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>When the certificate was revoked, by an answer that is authentic; null when this is something else.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
