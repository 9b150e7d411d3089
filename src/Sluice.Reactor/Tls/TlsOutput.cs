using System.Diagnostics;

namespace Sluice.Reactor.Tls;

/// <summary>Where a loop gathers what OpenSSL encrypts, so that several records go out with one call. Empty between operations; one for each loop.</summary>
internal sealed class TlsOutput
{
    /// <summary>A record's content at most (RFC 8446, section 5.1).</summary>
    public const int RecordBytesMax = 16_384;

    // Header, content type, tag and nonce of the most verbose cipher, with some to spare.
    private const int RecordOverheadMax = 256;
    private const int Capacity = 5 * (RecordBytesMax + RecordOverheadMax);

    private readonly byte[] _array = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);

    /// <summary>What has to be sent.</summary>
    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, Count);

    /// <summary>How much that is.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another record fits.</summary>
    public bool HasRoom => Capacity - Count >= RecordBytesMax + RecordOverheadMax;

    /// <summary>Where pieces of content are put together that would be small records of their own.</summary>
    public byte[] Gathered { get; } = GC.AllocateUninitializedArray<byte>(RecordBytesMax, pinned: true);

    /// <summary>Takes as much as fits.</summary>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Capacity - Count);
        bytes[..count].CopyTo(_array.AsSpan(Count));
        Count += count;
        return count;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Debug.Assert(Count <= Capacity, "It never takes more than it holds.");
        Count = 0;
    }
}
