using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sluice.Http.WebSockets;

/// <summary>The proof in HTTP/1.1 that a server has understood a request for a WebSocket (RFC 6455, section 4). HTTP/2 has none (RFC 8441, section 5).</summary>
public static class WebSocketKey
{
    /// <summary>Bytes of a <c>Sec-WebSocket-Key</c>.</summary>
    public const int KeyBytes = 24;

    /// <summary>Bytes of a <c>Sec-WebSocket-Accept</c>.</summary>
    public const int AcceptBytes = 28;

    private const int NonceBytes = 16;

    private static ReadOnlySpan<byte> Suffix => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Writes a key that nobody can guess: 16 random bytes in base64 (section 4.1, step 7).</summary>
    /// <param name="key">Takes <see cref="KeyBytes"/>.</param>
    public static void Create(Span<byte> key)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        Base64.EncodeToUtf8(nonce, key, out _, out int written);
        Debug.Assert(written == KeyBytes, "16 bytes are 24 characters.");
    }

    /// <summary>Writes what a server answers to a key (section 4.2.2, step 5.4).</summary>
    /// <param name="key">As it came: a server need not look at what it is made of. At most 256 bytes are taken.</param>
    /// <param name="accept">Takes <see cref="AcceptBytes"/>.</param>
    /// <returns>False when the key is too long to be one.</returns>
    [SuppressMessage("Security", "CA5350", Justification = "The protocol says SHA-1, and it protects nothing here.")]
    public static bool TryWriteAccept(ReadOnlySpan<byte> key, Span<byte> accept)
    {
        Span<byte> text = stackalloc byte[256 + Suffix.Length];
        if (key.Length > text.Length - Suffix.Length)
        {
            return false;
        }

        key.CopyTo(text);
        Suffix.CopyTo(text[key.Length..]);
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(text[..(key.Length + Suffix.Length)], digest);
        Base64.EncodeToUtf8(digest, accept, out _, out int written);
        Debug.Assert(written == AcceptBytes, "20 bytes are 28 characters.");
        return true;
    }
}
