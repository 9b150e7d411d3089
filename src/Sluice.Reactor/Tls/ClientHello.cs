namespace Sluice.Reactor.Tls;

/// <summary>What a client asks for (RFC 8446, section 4.1.2), as far as a certificate is chosen by it. Nothing of it is authenticated.</summary>
public readonly ref struct ClientHello
{
    /// <summary>The host of <c>server_name</c> (RFC 6066, section 3) as it was sent; empty for none.</summary>
    public ReadOnlySpan<byte> ServerName { get; init; }

    /// <summary>The list of ALPN (RFC 7301): names, each behind its length; empty for none.</summary>
    public ReadOnlySpan<byte> Protocols { get; init; }

    /// <summary>Whether the policy was asked before, and had the handshake wait.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether the list of protocols is just this one.</summary>
    public bool OffersOnly(ReadOnlySpan<byte> protocol) =>
        Protocols.Length == protocol.Length + 1 && Protocols[0] == protocol.Length && Protocols[1..].SequenceEqual(protocol);
}
