using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>A certificate with its chain and key as OpenSSL holds them. Shared by all loops; nothing of it changes.</summary>
/// <remarks>A handshake takes references of its own, so that the objects outlive this one where they are in use. About 10 KB of native memory.</remarks>
public sealed unsafe class TlsIdentity
{
    // Roughly what OpenSSL takes for one; the collector doesn't see it.
    private const int NativeBytes = 10 * 1024;

    private readonly nint _certificate;
    private readonly nint _key;
    private readonly nint _chain;

    private TlsIdentity(nint certificate, nint key, nint chain)
    {
        _certificate = certificate;
        _key = key;
        _chain = chain;
        GC.AddMemoryPressure(NativeBytes);
    }

    /// <summary>Gives its references back.</summary>
    ~TlsIdentity()
    {
        Free(_certificate, _key, _chain);
        GC.RemoveMemoryPressure(NativeBytes);
    }

    /// <summary>Makes the objects; null with the reason when OpenSSL can't.</summary>
    /// <param name="chain">The certificate in DER, then its intermediates.</param>
    /// <param name="key">The key in DER.</param>
    /// <param name="error">Why there is none, without anything of the key.</param>
    public static TlsIdentity? Create(IReadOnlyList<ReadOnlyMemory<byte>> chain, ReadOnlySpan<byte> key, out string? error)
    {
        nint certificate = OpenSsl.ReadCertificate(chain[0].Span);
        nint privateKey = OpenSsl.ReadKey(key);
        nint intermediates = LibCrypto.StackNew();
        bool whole = certificate != 0 && privateKey != 0 && intermediates != 0;
        for (int i = 1; whole && i < chain.Count; i++)
        {
            nint intermediate = OpenSsl.ReadCertificate(chain[i].Span);
            whole = intermediate != 0 && LibCrypto.StackPush(intermediates, intermediate) > 0;
        }

        error = whole ? null : OpenSsl.TakeError();
        if (!whole)
        {
            Free(certificate, privateKey, intermediates);
            return null;
        }

        return new TlsIdentity(certificate, privateKey, intermediates);
    }

    /// <summary>Has a connection show it, beside others of another kind of key.</summary>
    internal bool AddTo(nint ssl)
    {
        bool added = LibSsl.UseCertificate(ssl, _certificate, _key, _chain, 1) == 1;
        GC.KeepAlive(this);
        return added;
    }

    /// <summary>Has every connection of a context show it.</summary>
    internal bool AddToContext(nint context)
    {
        bool added = LibSsl.ContextUseCertificate(context, _certificate, _key, _chain, 1) == 1;
        GC.KeepAlive(this);
        return added;
    }

    private static void Free(nint certificate, nint key, nint chain)
    {
        LibCrypto.CertificateFree(certificate);
        LibCrypto.KeyFree(key);
        for (int i = LibCrypto.StackCount(chain) - 1; i >= 0; i--)
        {
            LibCrypto.CertificateFree(LibCrypto.StackValue(chain, i));
        }

        LibCrypto.StackFree(chain);
    }
}
