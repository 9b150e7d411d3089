namespace Sluice.Certificates.Tests.Keeping;

/// <summary>Remembers what it was given to serve. Any thread.</summary>
internal sealed class RecordingConsumer : ICertificateConsumer
{
    private readonly Lock _lock = new();
    private readonly List<CertificatePair> _installed = [];
    private readonly List<string> _withdrawn = [];
    private readonly Dictionary<string, string> _httpChallenges = [];
    private readonly Dictionary<string, CertificatePair> _tlsChallenges = [];

    /// <summary>What was installed, in order.</summary>
    public IReadOnlyList<CertificatePair> Installed => Locked(() => _installed.ToList());

    /// <summary>What was withdrawn, in order.</summary>
    public IReadOnlyList<string> Withdrawn => Locked(() => _withdrawn.ToList());

    /// <summary>The answers to http-01 that are shown now.</summary>
    public IReadOnlyDictionary<string, string> HttpChallenges => Locked(() => _httpChallenges.ToDictionary());

    /// <summary>The answers to tls-alpn-01 that are shown now.</summary>
    public IReadOnlyDictionary<string, CertificatePair> TlsChallenges => Locked(() => _tlsChallenges.ToDictionary());

    public CertificatePair? Serving(string name) => Installed.LastOrDefault(pair => pair.Names.Contains(name));

    public void Install(CertificatePair certificate) => Locked(() => _installed.Add(certificate));

    public void Withdraw(string name) => Locked(() => _withdrawn.Add(name));

    public void ShowHttpChallenge(string token, string keyAuthorization) => Locked(() => _httpChallenges[token] = keyAuthorization);

    public void HideHttpChallenge(string token) => Locked(() => _httpChallenges.Remove(token));

    public void ShowTlsAlpnChallenge(string name, CertificatePair certificate) => Locked(() => _tlsChallenges[name] = certificate);

    public void HideTlsAlpnChallenge(string name) => Locked(() => _tlsChallenges.Remove(name));

    private void Locked(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    private T Locked<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }
}
