using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Clients;

/// <summary>What is known of a client by its handshake. Of the connection's loop.</summary>
internal sealed class ClientTls
{
    private readonly TlsState _state;
    private ClientCertificate? _certificate;
    private bool _isRead;
    private byte[]? _checkedHost;
    private bool _isChecked;

    public ClientTls(TlsState state)
    {
        _state = state;
        Choice = (HandshakeChoice)state.Tag!;
        Cipher = System.Text.Encoding.ASCII.GetBytes(state.CipherName ?? "");
    }

    /// <summary>What it was shown.</summary>
    public HandshakeChoice Choice { get; }

    /// <summary>The certificate that it showed and that verified; null for none, and while the handshake is not complete.</summary>
    public ClientCertificate? Certificate
    {
        get
        {
            if (!_isRead && Choice.Policy is not null && _state.IsEstablished)
            {
                _isRead = true;
                IReadOnlyList<byte[]> certificates = _state.PeerCertificates();
                _certificate = certificates.Count == 0 ? null : new ClientCertificate(certificates);
            }

            return _certificate;
        }
    }

    /// <summary>The protocol's version as in logs.</summary>
    public ReadOnlySpan<byte> Version => _state.IsVersion13 ? "1.3"u8 : "1.2"u8;

    /// <summary>The cipher in OpenSSL's words.</summary>
    public byte[] Cipher { get; }

    /// <summary>Whether what was received last may be a recording.</summary>
    public bool ReceivesEarlyData => _state.ReceivesEarlyData;

    /// <summary>
    /// Whether the connection may carry a request for a host (RFC 9110, section 7.4): its client certificate would have been asked for under the same policy,
    /// and where it is not the host of the handshake, its certificate is one for that, too.
    /// </summary>
    /// <param name="host">The host in lower case; an address with brackets as in a URI.</param>
    /// <param name="policies">The listener's policies now.</param>
    public bool MayServe(ReadOnlySpan<byte> host, ClientPolicyTable? policies)
    {
        if (policies is null)
        {
            // The listener speaks plain HTTP by now: what the connection may be used for is not known any more.
            return false;
        }

        if (host.SequenceEqual(Choice.ServerNameUtf8))
        {
            return policies.IsEmpty ? Choice.Policy is null : HasPolicyOf(Choice.ServerName, policies);
        }

        if (policies.IsEmpty && Choice.Policy is null)
        {
            return Choice.ServerName is null || Covers(host);
        }

        string name = System.Text.Encoding.ASCII.GetString(host);
        return HasPolicyOf(name, policies) && (Choice.ServerName is null || Choice.Covers(name));
    }

    private bool HasPolicyOf(string? host, ClientPolicyTable policies)
    {
        ClientPolicy? policy = policies.Find(host);
        return ReferenceEquals(policy, Choice.Policy)
            || (policy is not null && Choice.Policy is not null && policy.SessionContext.AsSpan().SequenceEqual(Choice.Policy.SessionContext));
    }

    // Browsers send requests for several hosts of one certificate: the last one is remembered.
    private bool Covers(ReadOnlySpan<byte> host)
    {
        if (_checkedHost is null || !host.SequenceEqual(_checkedHost))
        {
            _checkedHost = host.ToArray();
            _isChecked = Choice.Covers(System.Text.Encoding.ASCII.GetString(host));
        }

        return _isChecked;
    }
}
