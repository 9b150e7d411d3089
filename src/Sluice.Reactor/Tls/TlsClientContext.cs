using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>TLS with servers.</summary>
public sealed unsafe class TlsClientContext : TlsContext
{
    // Two records at a time: large responses take half the calls.
    private const int ReadBufferBytes = 2 * (TlsOutput.RecordBytesMax + 256);

    private readonly bool _verifies;

    /// <summary>Makes the context.</summary>
    /// <param name="settings">Versions, ciphers and groups.</param>
    /// <param name="trust">The authorities of servers' certificates; null means that any certificate is taken.</param>
    /// <param name="identity">What is shown to servers that ask; null for nothing.</param>
    /// <param name="protocols">Application protocols for ALPN; empty for none.</param>
    /// <param name="resumes">Whether sessions are resumed.</param>
    /// <exception cref="TlsException">OpenSSL doesn't take the settings.</exception>
    public TlsClientContext(TlsSettings settings, TlsTrust? trust, TlsIdentity? identity, IEnumerable<string> protocols, bool resumes)
        : base(settings)
    {
        _verifies = trust is not null;
        trust?.VerifyServersOf(Handle);
        if (identity is not null && !identity.AddToContext(Handle))
        {
            throw new TlsException("OpenSSL does not take the client certificate: " + OpenSsl.TakeError());
        }

        byte[] alpn = AlpnOf(protocols);
        fixed (byte* start = alpn)
        {
            _ = LibSsl.ContextSetAlpn(Handle, start, (uint)alpn.Length);
        }

        LibSsl.ContextSetReadBuffer(Handle, ReadBufferBytes);
        _ = LibSsl.ContextControl(
            Handle,
            LibSsl.ControlSessionCacheMode,
            resumes ? LibSsl.SessionCacheClient | LibSsl.SessionCacheNoInternal : LibSsl.SessionCacheOff,
            null);
        if (resumes)
        {
            LibSsl.ContextSetNewSession(Handle, &OnNewSession);
        }
    }

    /// <summary>Tells a connection whom it speaks with.</summary>
    /// <returns>Whether it can; a connection that can't must not be used.</returns>
    internal bool Prepare(nint ssl, string serverName)
    {
        // OpenSSL takes no name for any name, a dot in front for all names below, and reads up to a NUL.
        bool isName = serverName.Length > 0 && serverName[0] != '.' && !serverName.Contains('\0', StringComparison.Ordinal);
        if (!isName)
        {
            return !_verifies && serverName.Length == 0;
        }

        // RFC 6066, section 3: literal addresses are no host names.
        bool isAddress = IPAddress.TryParse(serverName, out _);
        if (!isAddress && !AskFor(ssl, serverName))
        {
            return false;
        }

        if (!_verifies)
        {
            return true;
        }

        if (isAddress)
        {
            return LibCrypto.VerifyAddress(LibSsl.VerifyParameters(ssl), serverName) == 1;
        }

        // RFC 9525, section 2: what a certificate is for is in its subjectAltName, never in its common name.
        LibSsl.SetHostFlags(ssl, LibCrypto.HostNoPartialWildcards | LibCrypto.HostNeverSubject);
        return LibSsl.SetVerifiedHost(ssl, serverName) == 1;
    }

    private static bool AskFor(nint ssl, string serverName)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(serverName);
        bool isTaken = LibSsl.Control(ssl, LibSsl.ControlHostName, 0, (void*)name) == 1;
        Marshal.FreeCoTaskMem(name);
        return isTaken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnNewSession(nint ssl, nint session)
    {
        if (TlsState.Current?.Sessions is not { } slot)
        {
            return 0;
        }

        slot.Keep(session);
        return 1;
    }
}
