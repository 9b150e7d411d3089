using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>TLS with clients.</summary>
public sealed unsafe class TlsServerContext : TlsContext
{
    // Sessions of TLS 1.2 clients without tickets, and of those that may send early data; a few hundred bytes each.
    private const int CachedSessionsMax = 10_000;

    private readonly byte[] _protocols;
    private volatile ITlsServerPolicy _policy;

    /// <summary>Makes the context.</summary>
    /// <param name="settings">Versions, ciphers and groups.</param>
    /// <param name="policy">Chooses certificates.</param>
    /// <param name="protocols">Application protocols for ALPN, the most wanted first.</param>
    /// <param name="tickets">The keys of session tickets; null for no resumption.</param>
    /// <param name="sessionLifetimeMs">How long a session can be resumed.</param>
    /// <param name="earlyDataBytesMax">Bytes of early data that are accepted; 0 for none.</param>
    /// <exception cref="TlsException">OpenSSL doesn't take the settings.</exception>
    public TlsServerContext(
        TlsSettings settings, ITlsServerPolicy policy, IEnumerable<string> protocols, TlsTicketKeys? tickets, int sessionLifetimeMs, int earlyDataBytesMax)
        : base(settings)
    {
        _policy = policy;
        Tickets = tickets;
        EarlyDataBytesMax = tickets is null ? 0 : earlyDataBytesMax;
        _protocols = AlpnOf(protocols);
        LibSsl.ContextSetClientHello(Handle, &OnClientHello, null);
        LibSsl.ContextSetCertificateCallback(Handle, &OnCertificate, null);
        LibSsl.ContextSetAlpnSelect(Handle, &OnAlpn, null);
        _ = LibSsl.ContextControlCallback(Handle, LibSsl.ControlStatusCallback, &OnStatus);
        _ = LibSsl.ContextSetTimeout(Handle, sessionLifetimeMs / 1000);
        _ = LibSsl.ContextControl(Handle, LibSsl.ControlSessionCacheSize, CachedSessionsMax, null);
        if (tickets is null)
        {
            _ = LibSsl.ContextControl(Handle, LibSsl.ControlSessionCacheMode, LibSsl.SessionCacheOff, null);
            _ = LibSsl.ContextSetOptions(Handle, LibSsl.OptionNoTicket);
            _ = LibSsl.ContextSetTicketCount(Handle, 0);
        }
        else
        {
            _ = LibSsl.ContextControl(Handle, LibSsl.ControlSessionCacheMode, LibSsl.SessionCacheServer, null);
            _ = LibSsl.ContextSetTicketKey(Handle, &OnTicketKey);
        }

        if (EarlyDataBytesMax > 0)
        {
            // OpenSSL keeps such sessions in its cache, where each can be used once: what is recorded and sent again is not early data again.
            _ = LibSsl.ContextSetEarlyDataMax(Handle, (uint)EarlyDataBytesMax);
            _ = LibSsl.ContextSetReceivedEarlyDataMax(Handle, (uint)EarlyDataBytesMax);
        }
    }

    /// <summary>Bytes of early data that are accepted.</summary>
    public int EarlyDataBytesMax { get; }

    /// <summary>Chooses certificates. Any thread may set another; handshakes that have asked keep their answer.</summary>
    public ITlsServerPolicy Policy
    {
        get => _policy;
        set => _policy = value;
    }

    internal TlsTicketKeys? Tickets { get; }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClientHello(nint ssl, int* alert, void* state)
    {
        TlsState connection = TlsState.Current!;
        var hello = new ClientHello
        {
            ServerName = ServerNameOf(ssl),
            Protocols = ExtensionOf(ssl, LibSsl.AlpnExtension, 2),
            IsRepeated = connection.Choice is { Kind: TlsChoiceKind.Wait },
        };
        TlsChoice choice = connection.Choose(hello);
        if (choice.Kind == TlsChoiceKind.Serve && choice.Apply(ssl))
        {
            return LibSsl.ClientHelloSuccess;
        }

        const int unrecognizedName = 112;
        *alert = unrecognizedName;
        return choice.Kind == TlsChoiceKind.Wait ? LibSsl.ClientHelloRetry : LibSsl.ClientHelloError;
    }

    // Called when a session isn't resumed; then a certificate is needed.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCertificate(nint ssl, void* state)
    {
        TlsChoice choice = TlsState.Current!.Choice!;
        foreach (TlsIdentity identity in choice.Identities)
        {
            if (!identity.AddTo(ssl))
            {
                return 0;
            }
        }

        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnAlpn(nint ssl, byte** selected, byte* selectedLength, byte* offered, uint offeredLength, void* state)
    {
        TlsState connection = TlsState.Current!;
        byte[]? only = connection.Choice!.OnlyProtocol;
        byte[] own = only ?? ((TlsServerContext)connection.Context)._protocols;
        for (int i = 0; i < own.Length; i += own[i] + 1)
        {
            ReadOnlySpan<byte> wanted = own.AsSpan(i + 1, own[i]);
            for (uint at = 0; at < offeredLength; at += offered[at] + 1u)
            {
                if (new ReadOnlySpan<byte>(offered + at + 1, offered[at]).SequenceEqual(wanted))
                {
                    *selected = offered + at + 1;
                    *selectedLength = offered[at];
                    return LibSsl.ExtensionOk;
                }
            }
        }

        return LibSsl.ExtensionFatal;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnStatus(nint ssl, void* state)
    {
        if (TlsState.Current!.Choice?.Staple?.Invoke() is not { } response)
        {
            return LibSsl.ExtensionNoAcknowledge;
        }

        // OpenSSL frees it with the connection.
        void* copy = LibCrypto.Allocate((nuint)response.Length, null, 0);
        if (copy is null)
        {
            return LibSsl.ExtensionNoAcknowledge;
        }

        response.CopyTo(new Span<byte>(copy, response.Length));
        _ = LibSsl.Control(ssl, LibSsl.ControlStatusResponse, response.Length, copy);
        return LibSsl.ExtensionOk;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTicketKey(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int encrypt)
    {
        TlsTicketKeys keys = ((TlsServerContext)TlsState.Current!.Context).Tickets!;

        // Tickets of TLS 1.3 are used once (RFC 8446, appendix C.4): each resumption gives out another.
        return encrypt != 0 ? keys.Encrypt(name, iv, cipher, mac) : keys.Decrypt(name, iv, cipher, mac, LibSsl.Version(ssl) == LibSsl.Version13);
    }

    // RFC 6066, section 3: a list of names, each a type, a length and the host; type 0 is a host name, and there is one at most.
    private static ReadOnlySpan<byte> ServerNameOf(nint ssl)
    {
        ReadOnlySpan<byte> names = ExtensionOf(ssl, LibSsl.ServerNameExtension, 2);
        if (names.Length < 3 || names[0] != 0)
        {
            return default;
        }

        int length = (names[1] << 8) | names[2];
        return length == names.Length - 3 ? names[3..] : default;
    }

    private static ReadOnlySpan<byte> ExtensionOf(nint ssl, uint type, int skip)
    {
        byte* start;
        nuint length;
        return LibSsl.ClientHelloExtension(ssl, type, &start, &length) == 1 && length > (nuint)skip
            ? new ReadOnlySpan<byte>(start + skip, (int)length - skip)
            : default;
    }
}
