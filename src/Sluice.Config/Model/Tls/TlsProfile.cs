namespace Sluice.Config.Model.Tls;

/// <summary>Ready-made versions and ciphers.</summary>
public enum TlsProfile
{
    /// <summary>TLS 1.2 and 1.3 with forward secrecy and authenticated encryption.</summary>
    Intermediate,

    /// <summary>TLS 1.3 only.</summary>
    Modern,
}
