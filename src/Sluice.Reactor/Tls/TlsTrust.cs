using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sluice.Reactor.Files;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>The authorities that peers' certificates may come from, as OpenSSL holds them. Shared by all loops; nothing of it changes.</summary>
public sealed unsafe class TlsTrust
{
    // Roughly what OpenSSL takes for a store, for a character of PEM, and for the 140 or so authorities of a system; the collector doesn't see it.
    private const int NativeBytesMin = 4 * 1024;
    private const long NativeBytesPerChar = 5;
    private const int NativeBytesOfSystem = 1024 * 1024;

    private readonly nint _store;
    private readonly nint _names;
    private readonly long _nativeBytes;

    private TlsTrust(nint store, nint names, int depth, long nativeBytes)
    {
        _store = store;
        _names = names;
        Depth = depth;
        _nativeBytes = nativeBytes;
        GC.AddMemoryPressure(nativeBytes);
    }

    /// <summary>Gives its references back.</summary>
    ~TlsTrust()
    {
        GC.RemoveMemoryPressure(_nativeBytes);
        LibCrypto.StoreFree(_store);
        for (int i = LibCrypto.StackCount(_names) - 1; i >= 0; i--)
        {
            LibCrypto.NameFree(LibCrypto.StackValue(_names, i));
        }

        LibCrypto.StackFree(_names);
    }

    /// <summary>How many intermediates a chain may have.</summary>
    public int Depth { get; }

    /// <summary>Makes the store.</summary>
    /// <param name="authoritiesPem">The authorities; null means those of the system.</param>
    /// <param name="crlPem">Revocation lists; null means that nothing is checked for revocation.</param>
    /// <param name="depth">How many intermediates a chain may have.</param>
    /// <exception cref="TlsException">OpenSSL can't read one of them. Nothing is trusted then.</exception>
    public static TlsTrust Create(string? authoritiesPem, string? crlPem, int depth)
    {
        long ofAuthorities = authoritiesPem is null ? NativeBytesOfSystem : authoritiesPem.Length * NativeBytesPerChar;
        long ofLists = (crlPem?.Length ?? 0) * NativeBytesPerChar;
        var trust = new TlsTrust(LibCrypto.StoreNew(), LibCrypto.StackNew(), depth, NativeBytesMin + ofAuthorities + ofLists);
        if (authoritiesPem is null)
        {
            _ = LibCrypto.StoreSetDefaultPaths(trust._store);
        }
        else
        {
            trust.AddAuthorities(authoritiesPem);
        }

        _ = LibCrypto.StoreSetFlags(trust._store, LibCrypto.StoreTrustedFirst | (authoritiesPem is null ? 0 : LibCrypto.StorePartialChain));
        if (crlPem is not null)
        {
            trust.AddRevocationLists(crlPem);
            _ = LibCrypto.StoreSetFlags(trust._store, LibCrypto.StoreCrlCheck | LibCrypto.StoreCrlCheckAll);
        }

        return trust;
    }

    /// <summary>When the authorities of the system changed last, in ticks of UTC, as far as their file and folder tell. Blocks as file systems do.</summary>
    public static long SystemTicks()
    {
        string? file = Environment.GetEnvironmentVariable("SSL_CERT_FILE") ?? Marshal.PtrToStringUTF8((nint)LibCrypto.DefaultCertificateFile());
        string? folder = Environment.GetEnvironmentVariable("SSL_CERT_DIR") ?? Marshal.PtrToStringUTF8((nint)LibCrypto.DefaultCertificateFolder());
        return new[] { file, folder }.OfType<string>().Max(path => FileStatus.Read(path)?.ModifiedTicks ?? 0);
    }

    /// <summary>Has a server's connection ask the client for a certificate of these authorities.</summary>
    internal void AskFor(nint ssl, bool isRequired)
    {
        LibSsl.SetVerify(ssl, LibSsl.VerifyPeer | (isRequired ? LibSsl.VerifyFailIfNoCertificate : 0), 0);
        LibSsl.SetVerifyDepth(ssl, Depth);
        _ = LibSsl.Control(ssl, LibSsl.ControlVerifyStore, 1, (void*)_store);
        nint names = LibCrypto.StackNew();
        for (int i = 0; i < LibCrypto.StackCount(_names); i++)
        {
            _ = LibCrypto.StackPush(names, LibCrypto.NameCopy(LibCrypto.StackValue(_names, i)));
        }

        LibSsl.SetAuthorityNames(ssl, names);
        GC.KeepAlive(this);
    }

    /// <summary>Has every connection of a client's context verify servers against these authorities.</summary>
    internal void VerifyServersOf(nint context)
    {
        _ = LibCrypto.StoreReference(_store);
        LibSsl.ContextSetStore(context, _store);
        LibSsl.ContextSetVerify(context, LibSsl.VerifyPeer, 0);
        LibSsl.ContextSetVerifyDepth(context, Depth);
        GC.KeepAlive(this);
    }

    private static List<byte[]> BlocksOf(string pem, string label)
    {
        var blocks = new List<byte[]>();
        for (ReadOnlySpan<char> rest = pem; PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].SequenceEqual(label))
            {
                blocks.Add(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
            }
        }

        return blocks;
    }

    private void AddAuthorities(string pem)
    {
        List<byte[]> blocks = BlocksOf(pem, "CERTIFICATE");
        foreach (byte[] der in blocks)
        {
            nint certificate = OpenSsl.ReadCertificate(der);
            if (certificate == 0 || LibCrypto.StoreAddCertificate(_store, certificate) != 1)
            {
                LibCrypto.CertificateFree(certificate);
                throw new TlsException("a certificate authority can't be read: " + OpenSsl.TakeError());
            }

            _ = LibCrypto.StackPush(_names, LibCrypto.NameCopy(LibCrypto.CertificateSubject(certificate)));
            LibCrypto.CertificateFree(certificate);
        }

        if (blocks.Count == 0)
        {
            throw new TlsException("there is no certificate authority");
        }
    }

    private void AddRevocationLists(string pem)
    {
        List<byte[]> blocks = BlocksOf(pem, "X509 CRL");
        foreach (byte[] der in blocks)
        {
            nint crl = OpenSsl.ReadCrl(der);
            bool added = crl != 0 && LibCrypto.StoreAddCrl(_store, crl) == 1;
            LibCrypto.CrlFree(crl);
            if (!added)
            {
                throw new TlsException("a revocation list can't be read: " + OpenSsl.TakeError());
            }
        }

        if (blocks.Count == 0)
        {
            throw new TlsException("there is no revocation list");
        }
    }
}
