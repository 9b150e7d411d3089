using System.Buffers;
using System.Text;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>TLS of a listener: its plan made ready, and the choice of a certificate in each handshake. Immutable; a reload makes another.</summary>
/// <remarks>
/// <list type="number">
/// <item>A challenge of ACME, for clients that offer <c>acme-tls/1</c> and nothing else.</item>
/// <item>Certificates from files: exact name, then wildcard.</item>
/// <item>Certificates that were obtained, likewise; where none is there, one may be obtained while the handshake waits.</item>
/// <item>The first from files, or the one for <c>localhost</c>; with <c>strict_sni</c> nothing.</item>
/// </list>
/// </remarks>
internal sealed class ListenerTls : ITlsServerPolicy
{
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8);

    private const string FallbackName = "localhost";
    private static readonly byte[] AcmeProtocol = [10, .. "acme-tls/1"u8];

    // Sessions of clients that are not asked for a certificate.
    private static readonly byte[] OpenContext = "sluice"u8.ToArray();

    private readonly CertificateIndex _index;
    private readonly InstalledCertificates _installed;
    private readonly IdentityCache _identities;
    private readonly bool _offersHttp2;

    /// <summary>Makes a plan ready.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="installed">Certificates that are obtained while the program runs.</param>
    /// <param name="identities">OpenSSL's objects, shared by all listeners.</param>
    /// <param name="http2">Whether clients are offered HTTP/2.</param>
    /// <param name="previous">What it takes the place of; its sessions can still be resumed where keys and lifetime stay.</param>
    /// <exception cref="TlsException">OpenSSL doesn't take what the plan says.</exception>
    public ListenerTls(TlsPlan plan, InstalledCertificates installed, IdentityCache identities, bool http2, ListenerTls? previous = null)
    {
        Plan = plan;
        _index = new CertificateIndex(plan.Certificates);
        _installed = installed;
        _identities = identities;
        ClientPolicies = new ClientPolicyTable(plan.ClientCertificates);
        Tickets = !plan.Resumption ? null
            : previous is { Tickets: not null } && previous.Plan.TicketKeys.Equals(plan.TicketKeys) && previous.Plan.SessionLifetimeMs == plan.SessionLifetimeMs ? previous.Tickets
            : new TlsTicketKeys([.. plan.TicketKeys.Select(key => key.Bytes.ToArray())], plan.SessionLifetimeMs);
        _offersHttp2 = http2;
        string[] protocols = http2 ? ["h2", "http/1.1"] : ["http/1.1"];
        Context = previous is not null && previous.Tickets == Tickets && previous._offersHttp2 == http2 && IsAlike(previous.Plan, plan)
            ? previous.Context
            : new TlsServerContext(SettingsOf(plan.Protocol), this, protocols, Tickets, plan.SessionLifetimeMs, plan.EarlyDataBytesMax);
    }

    /// <summary>What the configuration says.</summary>
    public TlsPlan Plan { get; }

    /// <summary>What connections have in common.</summary>
    public TlsServerContext Context { get; }

    /// <summary>Which clients are asked for certificates.</summary>
    public ClientPolicyTable ClientPolicies { get; }

    private TlsTicketKeys? Tickets { get; }

    /// <summary>Has handshakes that begin from here on choose by this; called by whoever reloads.</summary>
    public void Activate() => Context.Policy = this;

    /// <summary>A plan's versions, ciphers and groups as the reactor takes them.</summary>
    public static TlsSettings SettingsOf(TlsProtocolPlan plan) => new(
        plan.MinVersion == TlsVersion.Tls12,
        plan.MaxVersion == TlsVersion.Tls13,
        plan.Ciphers,
        plan.CipherSuites,
        plan.Groups,
        plan.PrefersOwnOrder);

    /// <inheritdoc/>
    public TlsChoice Choose(in ClientHello hello)
    {
        string? name = NameOf(hello.ServerName);
        if (hello.OffersOnly("acme-tls/1"u8))
        {
            return name is not null && _installed.AlpnChallengeOf(name) is { } challenge ? Serve([challenge], null, name, AcmeProtocol) : TlsChoice.Refuse;
        }

        IReadOnlyList<CertificatePlan>? certificates = name is null ? null : _index.Find(name) ?? FindInstalled(name);
        if (certificates is null && name is not null && Plan.IsAutomatic && _installed.OnDemand is not null && !hello.IsRepeated)
        {
            return TlsChoice.Wait;
        }

        if (certificates is null && !Plan.StrictSni)
        {
            certificates = _index.Default.Count > 0 ? _index.Default : FindInstalled(FallbackName);
        }

        return certificates is null ? TlsChoice.Refuse : Serve(certificates, ClientPolicies.Find(name), name, null);
    }

    // Other certificates and policies need no other context: OpenSSL's is large.
    private static bool IsAlike(TlsPlan before, TlsPlan after) =>
        before.Protocol == after.Protocol && before.SessionLifetimeMs == after.SessionLifetimeMs && before.EarlyDataBytesMax == after.EarlyDataBytesMax;

    // RFC 6066, section 3: a host name in ASCII without a trailing dot. What is none can't be anybody's.
    private static string? NameOf(ReadOnlySpan<byte> name)
    {
        const int hostBytesMax = 253;
        return name.IsEmpty || name.Length > hostBytesMax || name.ContainsAnyExcept(HostBytes)
            ? null
            : Encoding.ASCII.GetString(name).ToLowerInvariant();
    }

    private CertificatePlan[]? FindInstalled(string name)
    {
        if (!Plan.IsAutomatic)
        {
            return null;
        }

        return _installed.ByName.TryGetValue(name, out CertificatePlan? exact) ? [exact]
            : CertificateIndex.WildcardOf(name) is { } wildcard && _installed.ByName.TryGetValue(wildcard, out CertificatePlan? found) ? [found]
            : null;
    }

    private TlsChoice Serve(IReadOnlyList<CertificatePlan> certificates, ClientPolicy? policy, string? name, byte[]? onlyProtocol)
    {
        var identities = new List<TlsIdentity>(certificates.Count);
        foreach (CertificatePlan certificate in certificates)
        {
            if (_identities.Get(certificate) is { } identity)
            {
                identities.Add(identity);
            }
        }

        string fingerprint = certificates[0].Fingerprint;
        return identities.Count == 0 ? TlsChoice.Refuse : new TlsChoice
        {
            Identities = identities,
            Trust = policy?.Trust,
            RequiresCertificate = policy?.Plan.Mode == ClientCertificateMode.Required,
            SessionContext = policy?.SessionContext ?? OpenContext,
            OnlyProtocol = onlyProtocol,
            Staple = Plan.Stapling && certificates[0].OcspResponder is not null ? () => _installed.StapleOf(fingerprint) : null,
            Tag = new HandshakeChoice(certificates, policy, name),
        };
    }
}
