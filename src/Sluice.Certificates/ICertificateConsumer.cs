namespace Sluice.Certificates;

/// <summary>Who serves the certificates that are obtained, and answers the challenges on the way to them. Called from any thread.</summary>
public interface ICertificateConsumer
{
    /// <summary>Serves a certificate from now on, in place of an older one for the same names. New handshakes see it; connections stay.</summary>
    void Install(CertificatePair certificate);

    /// <summary>Stops serving certificates for a name that nothing asks for any more.</summary>
    void Withdraw(string name);

    /// <summary>Answers <c>GET /.well-known/acme-challenge/TOKEN</c> with a text on every plain listener (RFC 8555, section 8.3).</summary>
    void ShowHttpChallenge(string token, string keyAuthorization);

    /// <summary>Ends what <see cref="ShowHttpChallenge"/> began.</summary>
    void HideHttpChallenge(string token);

    /// <summary>Answers handshakes that offer only <c>acme-tls/1</c> for a name with a certificate made for that (RFC 8737).</summary>
    void ShowTlsAlpnChallenge(string name, CertificatePair certificate);

    /// <summary>Ends what <see cref="ShowTlsAlpnChallenge"/> began.</summary>
    void HideTlsAlpnChallenge(string name);
}
