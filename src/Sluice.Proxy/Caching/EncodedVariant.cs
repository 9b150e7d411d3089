using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching.Memory;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching;

/// <summary>
/// Keeps what a stored response was compressed to, so that it is compressed once for all who take that encoding. It is an object of its own, in memory where the response is, and in the tier behind it
/// where there is one, found by the key of the response, the encoding, and the number of the stored response: when that is replaced, nothing ever finds it again. Belongs to a visit, and is
/// reused.
/// </summary>
internal sealed class EncodedVariant(Exchange exchange) : IEncodedRecorder
{
    private const int SuffixBytes = 2 + sizeof(ulong);
    private const int Ok = 200;

    private byte[] _key = [];
    private int _keyLength;
    private MemoryWriter? _writer;
    private ITierWriter? _tierWriter;
    private StoredObject _stored;
    private StoredMeta _meta;
    private long _since;

    private MemoryTier Memory => exchange.Worker.CacheStore.Memory;

    private ICacheTier? Tier => exchange.Worker.CacheStore.Tier;

    private ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Whether the client would be sent the response in another encoding, which is kept if it is there.</summary>
    /// <param name="key">Of the response.</param>
    /// <param name="stored">The response; on loan from the visit, which ends this before it lets go.</param>
    /// <param name="meta">What is kept with it.</param>
    public bool TryBegin(CacheKey key, in StoredObject stored, in StoredMeta meta)
    {
        FieldTable request = exchange.Request.Fields;
        if (exchange.Compression is not { } compression || compression.Policy.Plan is not { Breach: BreachPolicy.Off } || meta.Times.Status != Ok
            || request.Contains(KnownField.Range) || RequestDirectives.Read(request).NoTransform)
        {
            return false;
        }

        ContentCoding coding = AcceptEncoding.Read(request).Choose(compression.Policy.Offered);
        if (coding == ContentCoding.Identity)
        {
            return false;
        }

        WriteKey(key.Span, coding, meta.Generation);
        _stored = stored;
        _meta = meta;
        return true;
    }

    /// <summary>Finds the response in that encoding; a reference that the caller has to release, or nothing.</summary>
    /// <param name="asks">Whether a tier is asked that can't tell without: not for what is in memory for long, of which there may never be an encoding.</param>
    public ValueTask<StoredObject> FindAsync(bool asks)
    {
        if (Memory.TryGet(Key, out MemoryObject found))
        {
            return new ValueTask<StoredObject>(new StoredObject(found, null));
        }

        return Tier is { } tier && (asks ? tier.MayHold(Key) : tier.Holds(Key)) ? FindInTierAsync(tier) : default;
    }

    /// <summary>Has what is sent recorded, if it turns out to be compressed.</summary>
    public void Record() => exchange.Compression!.Recorder = this;

    /// <summary>Ends the recording, whole or not.</summary>
    public void End()
    {
        _writer?.Abort();
        _writer = null;
        _tierWriter?.Abort();
        _tierWriter = null;
        _stored = default;
        if (exchange.Compression is { } compression)
        {
            compression.Recorder = null;
        }
    }

    /// <inheritdoc/>
    void IEncodedRecorder.Begin()
    {
        var writer = new HeadWriter(exchange.Worker.SectionBuffer);
        ResponseCompression compression = exchange.Compression!;
        ResponseHead response = exchange.Response;
        writer.AppendStatusLine(response.Status, response.Reason);
        ulong vary = KnownFields.MaskOf(KnownField.Vary);
        writer.AppendFields(response.Fields, FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Replaced, compression.ReplacedInResponse | vary);
        compression.AppendFields(ref writer, edited: 0);
        AppendVary(ref writer, response.Fields);
        writer.EndHead();
        writer.Append(StoredTags.Behind(_stored.Head));
        if (writer.Overflowed)
        {
            return;
        }

        // What is in a tier only was too large for memory, or is about to come there.
        CacheMeta meta = CacheMeta.Of(_meta);
        long uselessAfter = _stored.Tier?.UselessAfter ?? _stored.Memory.UselessAfter;
        _since = Memory.PurgeSequence;
        _writer = _stored.Tier is null ? Memory.Begin(Key, meta, uselessAfter, writer.WrittenFrom(0), -1) : null;
        ReadOnlySpan<byte> metaBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<CacheMeta>(in meta));
        _tierWriter = Tier is { } tier ? tier.TryBegin(EntryOf(tier, metaBytes, writer.WrittenFrom(0), uselessAfter)) : null;
    }

    /// <inheritdoc/>
    void IEncodedRecorder.Add(ReadOnlySpan<byte> content, bool isLast)
    {
        if (_writer is { } writer && !writer.TryAppend(content))
        {
            writer.Abort();
            _writer = null;
        }

        if (_tierWriter is { } tierWriter && !tierWriter.TryAppend(content))
        {
            tierWriter.Abort();
            _tierWriter = null;
        }

        if (isLast)
        {
            _writer?.Commit(_since);
            _writer = null;
            _ = _tierWriter?.CommitAsync();
            _tierWriter = null;
        }
    }

    private static void AppendVary(ref HeadWriter writer, FieldTable fields)
    {
        writer.Append("Vary: "u8);
        for (int i = fields.IndexOf(KnownField.Vary); i >= 0; i = fields.IndexOf(KnownField.Vary, i + 1))
        {
            writer.Append(fields.Value(i));
            writer.Append(", "u8);
        }

        writer.Append("Accept-Encoding\r\n"u8);
    }

    // What is small is in memory from then on.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<StoredObject> FindInTierAsync(ICacheTier tier)
    {
        StoredObject found = await TierLookup.FindAsync(exchange.Worker, tier, Key.ToArray());
        return found.IsNone && Memory.TryPeek(Key, out MemoryObject brought) ? new StoredObject(brought, null) : found;
    }

    // What is compressed for somebody was asked for often enough.
    private TierEntry EntryOf(ICacheTier tier, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> head, long uselessAfter) => new()
    {
        Key = Key,
        Meta = meta,
        Head = head,
        ContentLength = -1,
        UselessAfter = uselessAfter,
        Since = tier.Mark,
        Uses = tier.UsesMin,
    };

    private void WriteKey(ReadOnlySpan<byte> key, ContentCoding coding, ulong generation)
    {
        _keyLength = key.Length + SuffixBytes;
        if (_key.Length < _keyLength)
        {
            _key = new byte[_keyLength * 2];
        }

        key.CopyTo(_key);
        _key[key.Length] = StoredKey.EncodingMark;
        _key[key.Length + 1] = (byte)coding;
        BinaryPrimitives.WriteUInt64LittleEndian(_key.AsSpan(key.Length + 2), generation);
    }
}
