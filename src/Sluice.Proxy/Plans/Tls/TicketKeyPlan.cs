using System.Security.Cryptography;

namespace Sluice.Proxy.Plans.Tls;

/// <summary>A key for session tickets from a file that several machines share: 16 bytes of name, 32 of HMAC-SHA256, 32 of AES-256; as nginx and HAProxy read it.</summary>
public sealed class TicketKeyPlan : IEquatable<TicketKeyPlan>
{
    /// <summary>The length of a key in bytes.</summary>
    public const int KeyBytes = 80;

    private readonly byte[] _bytes;

    /// <summary>Takes a key.</summary>
    /// <param name="bytes"><see cref="KeyBytes"/> bytes.</param>
    public TicketKeyPlan(byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, KeyBytes);
        _bytes = bytes;
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public bool Equals(TicketKeyPlan? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TicketKeyPlan);

    /// <summary>Of the key's name, which is no secret.</summary>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>Never the key.</summary>
    public override string ToString() => "ticket key";
}
