using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>What a server shows to a client, and asks of it. Made for one handshake, on its loop.</summary>
public sealed class TlsChoice
{
    /// <summary>Waits.</summary>
    public static readonly TlsChoice Wait = new() { Kind = TlsChoiceKind.Wait };

    /// <summary>Refuses.</summary>
    public static readonly TlsChoice Refuse = new() { Kind = TlsChoiceKind.Refuse };

    private IReadOnlyList<TlsIdentity> _identities = [];

    /// <summary>What becomes of the handshake.</summary>
    public TlsChoiceKind Kind { get; init; }

    /// <summary>Certificates, at most one for each kind of key. Each with a reference, which the handshake releases; none afterwards.</summary>
    public IReadOnlyList<TlsIdentity> Identities
    {
        get => _identities;
        init => _identities = value;
    }

    /// <summary>The authorities of the certificates that the client is asked for; null means that it isn't asked.</summary>
    public TlsTrust? Trust { get; init; }

    /// <summary>Whether a client without a certificate is refused.</summary>
    public bool RequiresCertificate { get; init; }

    /// <summary>Up to 32 bytes: a session is resumed only where they are the same as when it began.</summary>
    public byte[] SessionContext { get; init; } = [];

    /// <summary>The one application protocol that is spoken; null for those of the context.</summary>
    public byte[]? OnlyProtocol { get; init; }

    /// <summary>The response of an OCSP responder that is stapled; null for none. Asked for in each handshake.</summary>
    public Func<byte[]?>? Staple { get; init; }

    /// <summary>What the policy wants to find again at the connection.</summary>
    public object? Tag { get; init; }

    /// <summary>Gives up the certificates: a connection that shows one has references of its own to what OpenSSL holds.</summary>
    internal void Release()
    {
        if (_identities.Count == 0)
        {
            return;
        }

        foreach (TlsIdentity identity in _identities)
        {
            identity.Release();
        }

        _identities = [];
    }

    // Certificates follow when they are needed: not where a session is resumed.
    internal unsafe bool Apply(nint ssl)
    {
        Trust?.AskFor(ssl, RequiresCertificate);
        fixed (byte* context = SessionContext)
        {
            return LibSsl.SetSessionContext(ssl, context, (uint)SessionContext.Length) == 1;
        }
    }
}
