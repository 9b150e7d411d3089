using System.Collections.Concurrent;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>
/// Certificates that are obtained while the program runs, what answers the challenges on the way to them, and stapled responses. Outlives reloads.
/// </summary>
/// <remarks>Any thread. Whoever reads it on a loop takes no lock: each member is a concurrent table of its own.</remarks>
public sealed class InstalledCertificates
{
    private readonly ConcurrentDictionary<string, CertificatePlan> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CertificatePlan> _alpnChallenges = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _httpChallenges = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _staples = new(StringComparer.Ordinal);

    /// <summary>
    /// Asked for a name in a handshake for which there is no certificate: whether one was obtained, and installed, meanwhile. Null while nothing is
    /// obtained on demand. Called on the thread pool; the handshake waits, at the longest for its own time limit.
    /// </summary>
    public Func<string, CancellationToken, Task<bool>>? OnDemand { get; set; }

    /// <summary>Asked for the text of an HTTP-01 challenge that this process doesn't know: another machine may have begun it. Null for nobody.</summary>
    public Func<string, CancellationToken, Task<string?>>? FindHttpChallenge { get; set; }

    /// <summary>The certificates by the names that they are served for; wildcards as <c>*.example.com</c>.</summary>
    public IReadOnlyDictionary<string, CertificatePlan> ByName => _byName;

    /// <summary>Serves a certificate for all its names from now on. Connections keep what they have.</summary>
    public void Install(CertificatePlan certificate)
    {
        foreach (string name in certificate.Names)
        {
            _byName[name] = certificate;
        }
    }

    /// <summary>Stops serving a certificate for a name.</summary>
    public void Withdraw(string name) => _byName.TryRemove(name, out _);

    /// <summary>Answers handshakes that offer <c>acme-tls/1</c> for a name (RFC 8737).</summary>
    public void ShowAlpnChallenge(string name, CertificatePlan certificate) => _alpnChallenges[name] = certificate;

    /// <summary>Ends what <see cref="ShowAlpnChallenge"/> began.</summary>
    public void HideAlpnChallenge(string name) => _alpnChallenges.TryRemove(name, out _);

    /// <summary>Answers <c>/.well-known/acme-challenge/TOKEN</c> (RFC 8555, section 8.3) on plain listeners, before any route.</summary>
    public void ShowHttpChallenge(string token, string keyAuthorization) =>
        _httpChallenges[token] = System.Text.Encoding.ASCII.GetBytes(keyAuthorization);

    /// <summary>Ends what <see cref="ShowHttpChallenge"/> began.</summary>
    public void HideHttpChallenge(string token) => _httpChallenges.TryRemove(token, out _);

    /// <summary>Staples a response to the certificate of a fingerprint from now on; null for none.</summary>
    public void SetStaple(string fingerprint, byte[]? response)
    {
        if (response is null)
        {
            _staples.TryRemove(fingerprint, out _);
        }
        else
        {
            _staples[fingerprint] = response;
        }
    }

    internal CertificatePlan? AlpnChallengeOf(string name) => _alpnChallenges.GetValueOrDefault(name);

    internal byte[]? HttpChallengeOf(string token) => _httpChallenges.GetValueOrDefault(token);

    internal byte[]? StapleOf(string fingerprint) => _staples.GetValueOrDefault(fingerprint);
}
