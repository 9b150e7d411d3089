namespace Sluice.Certificates.Tests.Local;

/// <summary>Remembers what it is told to serve.</summary>
internal sealed class LocalConsumer : ICertificateConsumer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CertificatePair> _served = new(StringComparer.Ordinal);
    private int _installCount;

    /// <summary>How many were installed.</summary>
    internal int InstallCount => Volatile.Read(ref _installCount);

    /// <summary>What is served, by name.</summary>
    internal IReadOnlyDictionary<string, CertificatePair> Served
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, CertificatePair>(_served);
            }
        }
    }

    public void Install(CertificatePair certificate)
    {
        lock (_lock)
        {
            _installCount++;
            foreach (string name in certificate.Names)
            {
                _served[name] = certificate;
            }
        }
    }

    public void Withdraw(string name)
    {
        lock (_lock)
        {
            _served.Remove(name);
        }
    }

    public void ShowHttpChallenge(string token, string keyAuthorization) => throw new NotSupportedException();

    public void HideHttpChallenge(string token) => throw new NotSupportedException();

    public void ShowTlsAlpnChallenge(string name, CertificatePair certificate) => throw new NotSupportedException();

    public void HideTlsAlpnChallenge(string name) => throw new NotSupportedException();
}
