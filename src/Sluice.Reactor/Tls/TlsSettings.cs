namespace Sluice.Reactor.Tls;

/// <summary>Which TLS is spoken, in OpenSSL's words.</summary>
/// <param name="AllowsVersion12">Whether TLS 1.2 is spoken.</param>
/// <param name="AllowsVersion13">Whether TLS 1.3 is spoken.</param>
/// <param name="Ciphers">The ciphers of TLS 1.2.</param>
/// <param name="CipherSuites">The cipher suites of TLS 1.3.</param>
/// <param name="Groups">Groups for the key exchange.</param>
/// <param name="PrefersOwnOrder">Whether this side's order of ciphers decides.</param>
public sealed record TlsSettings(
    bool AllowsVersion12, bool AllowsVersion13, string Ciphers, string CipherSuites, string Groups, bool PrefersOwnOrder);
