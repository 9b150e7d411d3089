using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Grpc;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Compression;

namespace Sluice.Proxy.Compression;

/// <summary>
/// Whether the response of an exchange is compressed or decompressed for its client, and what its head says then (RFC 9110, sections 8.4, 8.8.3.3 and 12.5.3). Belongs to the exchange.
/// </summary>
internal sealed class ResponseCompression
{
    private const int NoContent = 204;
    private const int ResetContent = 205;
    private const int PartialContent = 206;
    private const int ImUsed = 226;
    private const int NotModified = 304;

    private static readonly ulong EncodingMask = KnownFields.MaskOf(KnownField.ContentEncoding, KnownField.AcceptRanges);
    private static readonly ulong TagMask = KnownFields.MaskOf(KnownField.ETag);
    private static readonly ulong VaryMask = KnownFields.MaskOf(KnownField.Vary);

    private readonly Exchange _exchange;
    private readonly CompressingClientStream _stream;
    private CompressionPolicy? _policy;

    public ResponseCompression(Exchange exchange)
    {
        _exchange = exchange;
        _stream = new CompressingClientStream(exchange, this);
    }

    /// <summary>What is done.</summary>
    public ResponseChange Change { get; private set; }

    /// <summary>What the content is compressed into, or decompressed from.</summary>
    public ContentCoding Coding { get; private set; }

    /// <summary>The level that it is compressed with.</summary>
    public int Level { get; private set; }

    /// <summary>The bytes of content before that.</summary>
    public long BytesIn { get; set; }

    /// <summary>The bytes of content after it.</summary>
    public long BytesOut { get; set; }

    /// <summary>The length of the content that comes, or -1.</summary>
    public long Length { get; private set; }

    /// <summary>Whether the response might be encoded differently for another request.</summary>
    public bool Varies { get; private set; }

    /// <summary>Whether each part of the content is to reach the client before the next one comes.</summary>
    public bool IsLive { get; private set; }

    /// <summary>The known fields of the response that this writes, or that are not true any more.</summary>
    public ulong ReplacedInResponse { get; private set; }

    /// <summary>Wants to have what the response is compressed to; null for nobody.</summary>
    public IEncodedRecorder? Recorder { get; set; }

    /// <summary>Whether the route of the request has asked for it.</summary>
    public bool HasBegun => _policy is not null;

    /// <summary>What is compressed, and how.</summary>
    public CompressionPolicy Policy => _policy!;

    private FieldTable Fields => _exchange.Response.Fields;

    /// <summary>Whether a request says who its user is.</summary>
    public static bool HasCredentials(FieldTable request) =>
        (request.Present & (KnownFields.MaskOf(KnownField.Cookie) | KnownFields.MaskOf(KnownField.Authorization))) != 0;

    /// <summary>Puts the client's side behind itself.</summary>
    public void Begin(CompressionPolicy policy)
    {
        _policy = policy;
        _stream.Begin(_exchange.Client);
        _exchange.Client = _stream;
    }

    /// <summary>Decides about the response, from its head.</summary>
    /// <param name="contentLength">The length of its content, or -1: what is stored has no field for it.</param>
    public void Decide(long contentLength)
    {
        Forget();
        if (IsUntouchable())
        {
            return;
        }

        Length = contentLength;
        ContentCoding coding = ContentCodings.Of(Fields);
        if (_exchange.Response.Status == NotModified)
        {
            DecideNotModified(coding);
        }
        else if (coding == ContentCoding.Identity)
        {
            DecideToCompress();
        }
        else
        {
            DecideToDecompress(coding);
        }

        if (Change != ResponseChange.None)
        {
            ReplaceFields();
        }

        ReplacedInResponse |= Varies ? VaryMask : 0;
    }

    /// <summary>Leaves the response as it is after all, for want of memory.</summary>
    public void GiveUp()
    {
        bool varies = Varies;
        Forget();
        Varies = varies;
        ReplacedInResponse = varies ? VaryMask : 0;
    }

    /// <summary>Forgets what was decided, when something else is sent in place of the server's response.</summary>
    public void Forget()
    {
        Change = ResponseChange.None;
        Coding = ContentCoding.Identity;
        BytesIn = 0;
        BytesOut = 0;
        Length = -1;
        Varies = false;
        IsLive = false;
        ReplacedInResponse = 0;
    }

    /// <summary>Makes it ready for the next request.</summary>
    public void Reset()
    {
        _stream.End();
        Forget();
        Recorder = null;
        _policy = null;
    }

    /// <summary>Writes the fields of the response that are this one's to write, but for <c>Vary</c>.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="edited">Known fields that the route writes itself.</param>
    public void AppendFields(ref HeadWriter writer, ulong edited)
    {
        ulong written = ReplacedInResponse & ~edited;
        if (Change == ResponseChange.Compress && (written & EncodingMask) != 0)
        {
            writer.AppendField("Content-Encoding"u8, ContentCodings.NameOf(Coding));
        }

        // RFC 9110, section 8.8.3.3: other bytes, another strong tag. A weak one says that the content is equivalent, which it is.
        if ((written & TagMask) != 0 && Fields.TryGet(KnownField.ETag, out ReadOnlySpan<byte> tag) && EntityTag.IsValid(tag))
        {
            writer.Append("ETag: W/"u8);
            writer.Append(tag);
            writer.Append("\r\n"u8);
        }
    }

    // Parts of content, patches, and what was asked or said not to be changed (RFC 9110, section 7.7).
    private bool IsUntouchable() =>
        _exchange.Response.Status is NoContent or ResetContent or PartialContent or ImUsed
        || Fields.Contains(KnownField.ContentRange)
        || GrpcContentType.KindOf(Fields) != GrpcKind.None
        || CacheDirectives.Has(Fields, CacheDirectives.NoTransform)
        || CacheDirectives.Has(_exchange.Request.Fields, CacheDirectives.NoTransform);

    private void DecideToCompress()
    {
        if (Policy.Plan is not { } plan || (Length >= 0 && Length < Math.Max(plan.BytesMin, 1)) || !HasType())
        {
            return;
        }

        Varies = true;
        ContentCoding chosen = AcceptEncoding.Read(_exchange.Request.Fields).Choose(Policy.Offered);
        if (chosen == ContentCoding.Identity || !_exchange.Client.SupportsChunked || (plan.Breach == BreachPolicy.Skip && HasCredentials(_exchange.Request.Fields)))
        {
            return;
        }

        Level = _exchange.Worker.Compression.LevelFor(Policy, chosen, Length);
        if (Level >= 0)
        {
            Change = ResponseChange.Compress;
            Coding = chosen;
            IsLive = IsLiveContent();
        }
    }

    private void DecideToDecompress(ContentCoding coding)
    {
        if (!Policy.Decompresses || coding == ContentCoding.Other || (coding == ContentCoding.Zstd && !CompressionLibraries.HasZstd) || Length == 0)
        {
            return;
        }

        Varies = true;
        var accepted = AcceptEncoding.Read(_exchange.Request.Fields);
        if (!accepted.Takes(coding) && accepted.Takes(ContentCoding.Identity))
        {
            Change = ResponseChange.Decompress;
            Coding = coding;
        }
    }

    // What a 304 is about had the tag that the client shows. It rarely has a type, and then varies as a 200 with one might (RFC 9110, section 15.4.5).
    private void DecideNotModified(ContentCoding coding)
    {
        Varies = coding != ContentCoding.Identity ? Policy.Decompresses : Policy.Plan is not null && (!Fields.Contains(KnownField.ContentType) || HasType());
        if (!Varies || !Fields.TryGet(KnownField.ETag, out ReadOnlySpan<byte> tag) || !EntityTag.IsValid(tag) || EntityTag.IsWeak(tag))
        {
            return;
        }

        FieldTable asked = _exchange.Request.Fields;
        bool hasWeak = false;
        for (int i = asked.IndexOf(KnownField.IfNoneMatch); i >= 0; i = asked.IndexOf(KnownField.IfNoneMatch, i + 1))
        {
            if (EntityTag.IsIn(asked.Value(i), tag, isStrong: true))
            {
                return;
            }

            hasWeak |= EntityTag.IsIn(asked.Value(i), tag, isStrong: false);
        }

        ReplacedInResponse |= hasWeak ? TagMask : 0;
    }

    private bool HasType() => Fields.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> type) && Policy.Types.Contains(type);

    // Without a length nobody knows how long the rest takes. "X-Accel-Buffering: no" is how servers say it to nginx.
    private bool IsLiveContent()
    {
        if (Length < 0)
        {
            return true;
        }

        int index = Fields.IndexOf("x-accel-buffering"u8);
        return index >= 0 && Ascii.EqualsIgnoreCase(Fields.Value(index), "no"u8);
    }

    // A tag that is strong, or none by the grammar, and checksums of bytes that are not sent (RFC 9530).
    private void ReplaceFields()
    {
        ReplacedInResponse = EncodingMask;
        if (Fields.TryGet(KnownField.ETag, out ReadOnlySpan<byte> tag) && !(EntityTag.IsValid(tag) && EntityTag.IsWeak(tag)))
        {
            ReplacedInResponse |= TagMask;
        }

        for (int i = 0; i < Fields.Count; i++)
        {
            if (ChecksumFields.Contains(Fields, i))
            {
                Fields.SetFlags(i, Fields[i].Flags | FieldFlags.Replaced);
            }
        }
    }
}
