using System.Buffers.Binary;
using System.Diagnostics;
using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Caching;

/// <summary>What a request is looked up by: the key of <see cref="RouteCache.WriteKey"/>, and behind it, where responses vary, what it says in the fields that they vary by. Reused.</summary>
/// <remarks>
/// <code>
/// https://a.example/path?query \0 route [\4 host that a trusted proxy told of] [\0 values of key_headers]... [\1 generation, 8 bytes, and the values of the fields in Vary] [\3 number of a slice \0 validator]
/// </code>
/// The generation is that of the list of fields: when responses begin to vary by others, or the URL is purged, nothing stored under the old list is ever found again.
/// </remarks>
internal sealed class CacheKey
{
    private const int BytesMin = 512;

    // A request line has at most 16 KiB; what comes with headers is longer than any use of them.
    private const int BytesMax = 24 * 1024;

    // A mark, a number and a zero.
    private const int SliceBytesMax = 32;

    private byte[] _bytes = new byte[BytesMin];
    private int _length;
    private int _listKeyLength;

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>The key without what responses vary by.</summary>
    public ReadOnlySpan<byte> Primary => _bytes.AsSpan(0, PrimaryLength);

    /// <summary>How long that is.</summary>
    public int PrimaryLength { get; private set; }

    /// <summary>Whether it has values that responses vary by.</summary>
    public bool IsVariant => _length > PrimaryLength;

    /// <summary>Writes the key of a request; false when it is too long to be one.</summary>
    public bool TryWrite(Exchange exchange, RouteCache cache) =>
        TryWrite(exchange, cache, exchange.Request.Path, exchange.Request.HasQuery, exchange.Request.Query);

    /// <summary>Writes the key of a request for another path and query.</summary>
    public bool TryWrite(Exchange exchange, RouteCache cache, ReadOnlySpan<byte> path, bool hasQuery, ReadOnlySpan<byte> query)
    {
        while (true)
        {
            var writer = new HeadWriter(_bytes);
            cache.WriteKey(ref writer, exchange, path, hasQuery, query);
            if (!writer.Overflowed)
            {
                _length = writer.Length;
                PrimaryLength = writer.Length;
                _listKeyLength = writer.Length;
                return true;
            }

            if (_bytes.Length >= BytesMax)
            {
                return false;
            }

            _bytes = new byte[Math.Min(_bytes.Length * 4, BytesMax)];
        }
    }

    /// <summary>The key that has the list of fields that responses vary by: <see cref="Primary"/>, except for a slice.</summary>
    public ReadOnlySpan<byte> ListKey => _bytes.AsSpan(0, _listKeyLength);

    /// <summary>Becomes the key of a slice; false when it is too long. It varies no further.</summary>
    /// <param name="first">The key of the first one.</param>
    /// <param name="index">The number of the slice, 1 or more.</param>
    /// <param name="validator">Of the response.</param>
    public bool TrySlice(CacheKey first, long index, ReadOnlySpan<byte> validator)
    {
        int room = first._length + validator.Length + SliceBytesMax;
        if (room > BytesMax)
        {
            return false;
        }

        if (_bytes.Length < room)
        {
            _bytes = new byte[room];
        }

        var writer = new HeadWriter(_bytes);
        writer.Append(first.Span);
        writer.Append([StoredKey.SliceMark]);
        writer.AppendNumber(index);
        writer.Append("\0"u8);
        writer.Append(validator);
        Debug.Assert(!writer.Overflowed, "The room was counted.");
        _length = writer.Length;
        PrimaryLength = writer.Length;
        _listKeyLength = first.PrimaryLength;
        return true;
    }

    /// <summary>Takes the values off that responses vary by.</summary>
    public void DropVariant() => _length = PrimaryLength;

    /// <summary>Becomes the key of a variant; false when that is too long.</summary>
    /// <param name="generation">Of the list of names.</param>
    /// <param name="names">The fields that responses vary by, as <see cref="VaryKey"/> has them.</param>
    /// <param name="request">The request's fields.</param>
    public bool TryVary(ulong generation, ReadOnlySpan<byte> names, FieldTable request)
    {
        _length = PrimaryLength;
        while (true)
        {
            int start = PrimaryLength + 1 + sizeof(ulong);
            if (_bytes.Length > start && VaryKey.TryWrite(names, request, _bytes.AsSpan(start), out int written))
            {
                _bytes[PrimaryLength] = StoredKey.VariantMark;
                BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(PrimaryLength + 1), generation);
                _length = start + written;
                return true;
            }

            if (_bytes.Length >= BytesMax)
            {
                return false;
            }

            Debug.Assert(PrimaryLength < BytesMax, "The first part has its bound.");
            Array.Resize(ref _bytes, Math.Min(_bytes.Length * 4, BytesMax));
        }
    }

    /// <summary>Becomes the same as another.</summary>
    public void CopyFrom(CacheKey other)
    {
        if (_bytes.Length < other._length)
        {
            _bytes = new byte[other._bytes.Length];
        }

        other.Span.CopyTo(_bytes);
        _length = other._length;
        PrimaryLength = other.PrimaryLength;
        _listKeyLength = other._listKeyLength;
    }
}
