namespace Sluice.Load.Contenders;

/// <summary>What everybody speaks in the rows of TLS: Sluice's defaults, in OpenSSL's words.</summary>
internal static class TlsProtocol
{
    public const string Ciphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
        + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

    public const string CipherSuites = "TLS_AES_128_GCM_SHA256";

    public const string Groups = "X25519";
}
