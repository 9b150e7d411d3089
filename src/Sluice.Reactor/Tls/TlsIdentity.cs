using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>A certificate with its chain and key as OpenSSL holds them, about 11 KB of its memory. Shared by all loops; nothing of it changes.</summary>
/// <remarks>
/// References are counted, because the collector doesn't see what OpenSSL holds: whoever made it has one, and each handshake another while it may need it.
/// With the last everything is freed at once, but for what connections have references of OpenSSL's own to. Any thread.
/// </remarks>
public sealed unsafe class TlsIdentity
{
    private readonly nint _certificate;
    private readonly nint _key;
    private readonly nint _chain;
    private int _references = 1;

    private TlsIdentity(nint certificate, nint key, nint chain)
    {
        _certificate = certificate;
        _key = key;
        _chain = chain;
    }

    /// <summary>Frees what somebody forgot to release.</summary>
    ~TlsIdentity() => Free(_certificate, _key, _chain);

    /// <summary>Makes the objects, with one reference; null with the reason when OpenSSL can't.</summary>
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

    /// <summary>Takes a reference, to be released.</summary>
    /// <returns>False when the last one is gone, and the objects with it.</returns>
    public bool TryReference()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int before = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (before == references)
            {
                return true;
            }

            references = before;
        }

        return false;
    }

    /// <summary>Gives a reference back; it is not used after that.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "References are counted: the last one to be released is what disposing is elsewhere.")]
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        Debug.Assert(left >= 0, "Each reference is given back once.");
        if (left == 0)
        {
            GC.SuppressFinalize(this);
            Free(_certificate, _key, _chain);
        }
    }

    /// <summary>Has a connection show it, beside others of another kind of key. The caller has a reference.</summary>
    internal bool AddTo(nint ssl)
    {
        Debug.Assert(_references > 0, "What is freed can't be shown.");
        bool added = LibSsl.UseCertificate(ssl, _certificate, _key, _chain, 1) == 1;
        GC.KeepAlive(this);
        return added;
    }

    /// <summary>Has every connection of a context show it. The caller has a reference.</summary>
    internal bool AddToContext(nint context)
    {
        Debug.Assert(_references > 0, "What is freed can't be shown.");
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
