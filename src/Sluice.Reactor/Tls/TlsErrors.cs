namespace Sluice.Reactor.Tls;

/// <summary>What OpenSSL's reasons (<c>openssl/sslerr.h</c>) mean for whoever looks for a cause.</summary>
internal static class TlsErrors
{
    private const int AlertBase = 1000;

    /// <summary>The kind of an error of libssl.</summary>
    public static TlsFailure Classify(ulong error)
    {
        const ulong reasonMask = 0x7FFFFF;
        int reason = (int)(error & reasonMask);
        return reason switch
        {
            155 or 156 => TlsFailure.PlainHttp,
            258 or 191 or 396 or 373 or 266 => TlsFailure.NoCommonVersion,
            193 or 101 or 118 or 295 or 297 or 376 or 410 => TlsFailure.NoCommonCipher,
            235 => TlsFailure.NoCommonProtocol,
            199 => TlsFailure.CertificateMissing,
            134 => TlsFailure.CertificateInvalid,
            294 => TlsFailure.Truncated,
            179 or 377 => TlsFailure.Internal,
            > AlertBase and < AlertBase + 256 => TlsFailure.Alert,
            _ => TlsFailure.Malformed,
        };
    }

    /// <summary>The kind of what is wrong with a certificate, by the results of verifying it (<c>openssl/x509_vfy.h</c>).</summary>
    public static TlsFailure ClassifyCertificate(nint verifyResult) => verifyResult switch
    {
        9 or 10 => TlsFailure.CertificateExpired,
        62 or 63 or 64 => TlsFailure.CertificateNameMismatch,
        2 or 18 or 19 or 20 or 21 => TlsFailure.CertificateUntrusted,
        _ => TlsFailure.CertificateInvalid,
    };
}
