using System.Diagnostics;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// Finds the content of one message in the bytes of its connection and decodes it in place (RFC 9112, sections 6.3 and 7). Keeps no reference to the caller's
/// buffer. Steady state allocates nothing; memory for trailers is made when the first ones come, and kept.
/// </summary>
public sealed class BodyReader
{
    // Extensions may be as large as the content they come with, and this much larger (CVE-2023-39326 was a flood of them).
    private const int ExtensionBytesFree = 4096;

    private HeadLimits _trailerLimits;
    private ChunkSizeLine _sizeLine;
    private TrailerReader? _trailers;
    private BodyState _state = BodyState.Complete;
    private bool _hasTrailers;
    private long _remaining;
    private long _extensionBytes;

    /// <summary>The reason for <see cref="ReadStatus.Failed"/>.</summary>
    public Violation Violation { get; private set; }

    /// <summary>Whether the end of the content was reached.</summary>
    public bool IsComplete => _state == BodyState.Complete;

    /// <summary>The decoded bytes so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// The trailers once the content is complete, without those that have no place there; null when there are none. Valid until the next <see cref="Begin"/>.
    /// </summary>
    public FieldTable? Trailers => _hasTrailers && IsComplete && _trailers!.Fields.Count > 0 ? _trailers.Fields : null;

    /// <summary>Begins the content of the next message.</summary>
    /// <param name="framing">How its end is found.</param>
    /// <param name="contentLength">For <see cref="BodyFraming.ContentLength"/>: bytes, at least 0. Otherwise not looked at.</param>
    /// <param name="trailerLimits">How large trailers may become.</param>
    public void Begin(BodyFraming framing, long contentLength, HeadLimits trailerLimits)
    {
        Debug.Assert(framing != BodyFraming.ContentLength || contentLength >= 0, "A length is not negative.");
        _trailerLimits = trailerLimits;
        _sizeLine = default;
        _hasTrailers = false;
        _remaining = framing == BodyFraming.ContentLength ? contentLength : 0;
        _extensionBytes = 0;
        BytesRead = 0;
        Violation = Violation.None;
        _state = framing switch
        {
            BodyFraming.ContentLength when contentLength > 0 => BodyState.Counted,
            BodyFraming.Chunked => BodyState.ChunkSize,
            BodyFraming.UntilClose => BodyState.Open,
            _ => BodyState.Complete,
        };
    }

    /// <summary>
    /// Takes in what has arrived: all of it, except for what is behind the end of the content. Chunked content is moved together, so that what was decoded is
    /// one slice within [start, end). Bytes decoded before a violation are delivered with it.
    /// </summary>
    /// <param name="buffer">Its bytes from start to end may be overwritten.</param>
    /// <param name="start">Absolute.</param>
    /// <param name="end">Absolute.</param>
    /// <param name="consumed">How many bytes from start were taken.</param>
    /// <param name="dataStart">Where the decoded bytes begin.</param>
    /// <param name="dataLength">How many there are; may be 0.</param>
    public ReadStatus Read(byte[] buffer, int start, int end, out int consumed, out int dataStart, out int dataLength)
    {
        Debug.Assert(start <= end && end <= buffer.Length, "The slice lies within the buffer.");
        dataStart = start;
        if (_state is BodyState.Complete or BodyState.Failed)
        {
            consumed = 0;
            dataLength = 0;
        }
        else if (_state is BodyState.Counted or BodyState.Open)
        {
            consumed = TakePlain(end - start);
            dataLength = consumed;
        }
        else
        {
            consumed = ReadChunked(buffer, start, end, out dataStart, out dataLength);
        }

        BytesRead += dataLength;
        return _state switch
        {
            BodyState.Complete => ReadStatus.Done,
            BodyState.Failed => ReadStatus.Failed,
            _ => ReadStatus.NeedMore,
        };
    }

    /// <summary>The bytes still to come of content with a length; 0 for other content, and at the end.</summary>
    public long Remaining => _state == BodyState.Counted ? _remaining : 0;

    /// <summary>Counts bytes of content with a length that went another way than through <see cref="Read"/>.</summary>
    /// <param name="count">At most <see cref="Remaining"/>.</param>
    public void Skip(int count)
    {
        Debug.Assert(_state == BodyState.Counted && count <= _remaining, "Only counted content can be passed by.");
        BytesRead += TakePlain(count);
    }

    /// <summary>Says that the peer closed the connection in an orderly way: the end of content that has no other.</summary>
    /// <returns>False when the content was cut off; the violation is then <see cref="Violation.TruncatedContent"/>.</returns>
    public bool TryCompleteAtClose()
    {
        if (_state == BodyState.Open)
        {
            _state = BodyState.Complete;
        }
        else if (_state is not (BodyState.Complete or BodyState.Failed))
        {
            Fail(Violation.TruncatedContent);
        }

        return _state == BodyState.Complete;
    }

    private int TakePlain(int available)
    {
        if (_state == BodyState.Open)
        {
            return available;
        }

        int count = (int)Math.Min(_remaining, available);
        _remaining -= count;
        _state = _remaining == 0 ? BodyState.Complete : BodyState.Counted;
        return count;
    }

    private int ReadChunked(byte[] buffer, int start, int end, out int dataStart, out int dataLength)
    {
        int at = start;
        dataStart = start;
        dataLength = 0;
        while (at < end && _state is not (BodyState.Complete or BodyState.Failed))
        {
            if (_state == BodyState.ChunkData)
            {
                int count = (int)Math.Min(_remaining, end - at);
                if (dataLength == 0)
                {
                    dataStart = at;
                }
                else
                {
                    buffer.AsSpan(at, count).CopyTo(buffer.AsSpan(dataStart + dataLength));
                }

                dataLength += count;
                at += count;
                _remaining -= count;
                _state = _remaining == 0 ? BodyState.ChunkCarriageReturn : BodyState.ChunkData;
                continue;
            }

            at += ReadBetweenData(buffer.AsSpan(at, end - at), BytesRead + dataLength);
        }

        return at - start;
    }

    private int ReadBetweenData(ReadOnlySpan<byte> bytes, long dataBytes)
    {
        switch (_state)
        {
            case BodyState.ChunkSize:
                return ReadSize(bytes, dataBytes);
            case BodyState.ChunkCarriageReturn:
                return Expect(FieldBytes.CarriageReturn, bytes[0], BodyState.ChunkLineFeed);
            case BodyState.ChunkLineFeed:
                return Expect(FieldBytes.LineFeed, bytes[0], BodyState.ChunkSize);
            case BodyState.LastLineFeed:
                return Expect(FieldBytes.LineFeed, bytes[0], BodyState.Complete);
            default:
                return ReadTrailers(bytes);
        }
    }

    private int ReadSize(ReadOnlySpan<byte> bytes, long dataBytes)
    {
        int extensionBytes = _sizeLine.ExtensionBytes;
        ReadStatus status = _sizeLine.Read(bytes, out int consumed, out Violation violation);
        _extensionBytes += _sizeLine.ExtensionBytes - extensionBytes;
        if (status == ReadStatus.Failed)
        {
            return Fail(violation);
        }

        if (status == ReadStatus.NeedMore)
        {
            return consumed;
        }

        if (_extensionBytes > dataBytes + ExtensionBytesFree)
        {
            return Fail(Violation.ChunkExtensionsTooLarge);
        }

        _remaining = _sizeLine.Size;
        _sizeLine = default;
        Debug.Assert(_remaining <= long.MaxValue - dataBytes, "A chunk is at most 2^62 bytes, and as many before it would take a century.");
        _state = _remaining == 0 ? BodyState.Trailers : BodyState.ChunkData;
        return consumed;
    }

    // Most content has no trailers: then its last line is recognised without the memory for them.
    private int ReadTrailers(ReadOnlySpan<byte> bytes)
    {
        if (!_hasTrailers)
        {
            if (bytes[0] == FieldBytes.CarriageReturn)
            {
                _state = BodyState.LastLineFeed;
                return 1;
            }

            _hasTrailers = true;
            _trailers ??= new TrailerReader();
            _trailers.Begin(_trailerLimits);
        }

        ReadStatus status = _trailers!.Read(bytes, out int consumed, out Violation violation);
        if (status == ReadStatus.Failed)
        {
            return Fail(violation);
        }

        _state = status == ReadStatus.Done ? BodyState.Complete : BodyState.Trailers;
        return consumed;
    }

    private int Expect(byte expected, byte actual, BodyState next)
    {
        if (actual != expected)
        {
            Violation violation = _state == BodyState.LastLineFeed ? Violation.BareCr : Violation.MissingChunkEnd;
            return Fail(actual == FieldBytes.LineFeed ? Violation.BareLf : violation);
        }

        _state = next;
        return 1;
    }

    private int Fail(Violation violation)
    {
        Violation = violation;
        _state = BodyState.Failed;
        return 0;
    }
}
