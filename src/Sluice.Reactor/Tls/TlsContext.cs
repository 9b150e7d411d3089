using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>What the connections of one TLS configuration have in common: OpenSSL's <c>SSL_CTX</c>. Shared by all loops.</summary>
/// <remarks>Connections take references of their own. It is given back when nothing refers to it any more.</remarks>
public abstract unsafe class TlsContext
{
    // Roughly what OpenSSL takes for one; the collector doesn't see it.
    private const int NativeBytes = 64 * 1024;

    private readonly nint _handle;

    private protected TlsContext(TlsSettings settings)
    {
        try
        {
            _handle = LibSsl.ContextNew(LibSsl.Method());
        }
        catch (DllNotFoundException exception)
        {
            throw new TlsException("TLS needs OpenSSL 3 (libssl.so.3), which this system doesn't have", exception);
        }

        if (_handle == 0)
        {
            throw new TlsException(OpenSsl.TakeError());
        }

        GC.AddMemoryPressure(NativeBytes);

        Apply(settings);
    }

    /// <summary>Gives the reference back.</summary>
    ~TlsContext()
    {
        if (_handle != 0)
        {
            LibSsl.ContextFree(_handle);
            GC.RemoveMemoryPressure(NativeBytes);
        }
    }

    private protected nint Handle => _handle;

    /// <summary>A connection's object; 0 when there is no memory for one.</summary>
    internal nint NewConnection()
    {
        nint ssl = LibSsl.New(_handle);
        GC.KeepAlive(this);
        return ssl;
    }

    private protected static byte[] AlpnOf(IEnumerable<string> protocols) =>
        [.. protocols.SelectMany(protocol => new[] { (byte)protocol.Length }.Concat(System.Text.Encoding.ASCII.GetBytes(protocol)))];

    private void Apply(TlsSettings settings)
    {
        Check(LibSsl.ContextControl(_handle, LibSsl.ControlMinVersion, settings.AllowsVersion12 ? LibSsl.Version12 : LibSsl.Version13, null), "versions");
        Check(LibSsl.ContextControl(_handle, LibSsl.ControlMaxVersion, settings.AllowsVersion13 ? LibSsl.Version13 : LibSsl.Version12, null), "versions");
        Check(LibSsl.ContextSetCiphers(_handle, settings.Ciphers), "ciphers");
        Check(LibSsl.ContextSetCipherSuites(_handle, settings.CipherSuites), "cipher suites");
        nint groups = Marshal.StringToCoTaskMemUTF8(settings.Groups);
        try
        {
            Check(LibSsl.ContextControl(_handle, LibSsl.ControlGroups, 0, (void*)groups), "groups");
        }
        finally
        {
            Marshal.FreeCoTaskMem(groups);
        }

        ulong order = settings.PrefersOwnOrder ? LibSsl.OptionServerPreference | LibSsl.OptionPrioritizeChaCha : 0;
        _ = LibSsl.ContextSetOptions(_handle, LibSsl.OptionNoCompression | LibSsl.OptionNoRenegotiation | order);

        // One receive takes what is there, however many records; an idle connection holds no buffers.
        _ = LibSsl.ContextControl(_handle, LibSsl.ControlReadAhead, 1, null);
        _ = LibSsl.ContextControl(
            _handle, LibSsl.ControlMode, LibSsl.ModeReleaseBuffers | LibSsl.ModeMovingWriteBuffer | LibSsl.ModePartialWrite, null);
    }

    private static void Check(nint result, string what)
    {
        if (result <= 0)
        {
            throw new TlsException($"OpenSSL does not take the {what}: {OpenSsl.TakeError()}");
        }
    }
}
