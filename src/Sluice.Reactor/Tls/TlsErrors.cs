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
}
