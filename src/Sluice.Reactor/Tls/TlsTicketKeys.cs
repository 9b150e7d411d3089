using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>
/// The keys that session tickets are encrypted with (RFC 5077, section 4: AES-256-CBC and HMAC-SHA256). Keys of its own rotate by themselves; given ones
/// change when whoever gave them says so.
/// </summary>
/// <remarks>Any thread. A resumed session is only as secret as these keys: own ones never leave the process, and are gone after twice the lifetime.</remarks>
public sealed unsafe class TlsTicketKeys
{
    private const int NameBytes = 16;
    private const int KeyBytes = 32;
    private const int AllBytes = NameBytes + KeyBytes + KeyBytes;

    // The names of parameters are looked up by OpenSSL in each call; they live as long as the program.
    private static readonly byte* KeyName = (byte*)Marshal.StringToCoTaskMemUTF8("key");
    private static readonly byte* DigestName = (byte*)Marshal.StringToCoTaskMemUTF8("digest");
    private static readonly byte* Sha256 = (byte*)Marshal.StringToCoTaskMemUTF8("SHA256");
    private static readonly nint Cipher = LibCrypto.FetchCipher(0, "AES-256-CBC", 0);

    private readonly Lock _rotating = new();
    private readonly bool _rotates;
    private readonly int _lifetimeMs;
    private volatile byte[][] _keys;
    private long _rotateMs;

    /// <summary>Begins with keys.</summary>
    /// <param name="given">Each 80 bytes: name, HMAC, AES; the first encrypts. Empty means keys of its own.</param>
    /// <param name="lifetimeMs">How long an own key encrypts. It decrypts for as long again.</param>
    public TlsTicketKeys(IReadOnlyList<byte[]> given, int lifetimeMs)
    {
        _rotates = given.Count == 0;
        _lifetimeMs = lifetimeMs;
        _keys = _rotates ? [RandomNumberGenerator.GetBytes(AllBytes)] : [.. given];
        _rotateMs = LoopClock.NowMs + lifetimeMs;
    }

    internal int Encrypt(byte* name, byte* iv, nint cipher, nint mac)
    {
        Rotate();
        byte[] key = _keys[0];
        key.AsSpan(0, NameBytes).CopyTo(new Span<byte>(name, NameBytes));
        const int ivBytes = 16;
        fixed (byte* start = key)
        {
            return LibCrypto.Random(iv, ivBytes) == 1
                && LibCrypto.EncryptInit(cipher, Cipher, start + NameBytes + KeyBytes, iv, null) == 1
                && SetMac(mac, start + NameBytes) ? 1 : -1;
        }
    }

    // 0 is "unknown, do a full handshake", 2 is "known, but give out a new one".
    internal int Decrypt(byte* name, byte* iv, nint cipher, nint mac, bool alwaysRenews)
    {
        Rotate();
        byte[][] keys = _keys;
        for (int i = 0; i < keys.Length; i++)
        {
            if (!keys[i].AsSpan(0, NameBytes).SequenceEqual(new ReadOnlySpan<byte>(name, NameBytes)))
            {
                continue;
            }

            fixed (byte* start = keys[i])
            {
                bool ready = LibCrypto.DecryptInit(cipher, Cipher, start + NameBytes + KeyBytes, iv, null) == 1 && SetMac(mac, start + NameBytes);
                return !ready ? -1 : i == 0 && !alwaysRenews ? 1 : 2;
            }
        }

        return 0;
    }

    private static bool SetMac(nint mac, byte* key)
    {
        SslParameter* parameters = stackalloc SslParameter[3];
        parameters[0] = new SslParameter { Key = KeyName, Type = LibCrypto.ParameterOctets, Data = key, Length = KeyBytes };
        parameters[1] = new SslParameter { Key = DigestName, Type = LibCrypto.ParameterUtf8, Data = Sha256, Length = 6 };
        parameters[2] = default;
        return LibCrypto.MacSetParameters(mac, parameters) == 1;
    }

    private void Rotate()
    {
        if (!_rotates || LoopClock.NowMs < Volatile.Read(ref _rotateMs))
        {
            return;
        }

        lock (_rotating)
        {
            if (LoopClock.NowMs >= _rotateMs)
            {
                bool previousIsFresh = LoopClock.NowMs < _rotateMs + _lifetimeMs;
                byte[] next = RandomNumberGenerator.GetBytes(AllBytes);
                _keys = previousIsFresh ? [next, _keys[0]] : [next];
                Volatile.Write(ref _rotateMs, LoopClock.NowMs + _lifetimeMs);
            }
        }
    }
}
