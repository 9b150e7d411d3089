using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Model.Tls;

/// <summary>Which TLS is spoken, on either side. Null: nothing said.</summary>
public sealed record TlsProtocolConfig
{
    /// <summary>What the others differ from.</summary>
    public TlsProfile? Profile { get; init; }

    /// <summary>The oldest version.</summary>
    public TlsVersion? MinVersion { get; init; }

    /// <summary>The newest version.</summary>
    public TlsVersion? MaxVersion { get; init; }

    /// <summary>The ciphers of TLS 1.2, separated by colons.</summary>
    public string? Ciphers { get; init; }

    /// <summary>The cipher suites of TLS 1.3, separated by colons.</summary>
    public string? CipherSuites { get; init; }

    /// <summary>Groups for the key exchange, separated by colons.</summary>
    public string? Groups { get; init; }

    /// <summary>Whether this side's order of ciphers decides.</summary>
    public bool? PrefersOwnOrder { get; init; }

    /// <summary>Where the last of it was written that other parts can contradict, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>What it comes to.</summary>
    internal TlsProtocolPlan Compile()
    {
        var usual = new TlsProtocolPlan();
        return new TlsProtocolPlan
        {
            MinVersion = MinVersion ?? (Profile == TlsProfile.Modern && MaxVersion != TlsVersion.Tls12 ? TlsVersion.Tls13 : TlsVersion.Tls12),
            MaxVersion = MaxVersion ?? usual.MaxVersion,
            Ciphers = Ciphers ?? usual.Ciphers,
            CipherSuites = CipherSuites ?? usual.CipherSuites,
            Groups = Groups ?? usual.Groups,
            PrefersOwnOrder = PrefersOwnOrder ?? usual.PrefersOwnOrder,
        };
    }
}
