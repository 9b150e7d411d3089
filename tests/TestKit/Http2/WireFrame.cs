using System.Buffers.Binary;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Http2;

/// <summary>A frame as it was received: nothing is checked or taken apart (RFC 9113, section 4.1).</summary>
/// <param name="Kind">Its type, which may be none of the known ones.</param>
/// <param name="Marks">Its flags, all eight bits.</param>
/// <param name="Stream">The stream with the reserved bit, so that a set one shows.</param>
/// <param name="Payload">What follows the nine bytes.</param>
public sealed record WireFrame(FrameKind Kind, FrameMarks Marks, uint Stream, byte[] Payload)
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeadBytes = 9;

    /// <summary>Whether the frame is the last of its sender on the stream; DATA and HEADERS.</summary>
    public bool EndsStream => Kind is FrameKind.Data or FrameKind.Headers && (Marks & FrameMarks.EndStream) != 0;

    /// <summary>Whether the frame ends a field block.</summary>
    public bool EndsHeaders => (Marks & FrameMarks.EndHeaders) != 0;

    /// <summary>Whether the frame is an answer; SETTINGS and PING.</summary>
    public bool IsAck => Kind is FrameKind.Settings or FrameKind.Ping && (Marks & FrameMarks.Ack) != 0;

    /// <summary>The reason of a RST_STREAM or GOAWAY.</summary>
    public ErrorCode Error => (ErrorCode)Number(Kind == FrameKind.GoAway ? 4 : 0);

    /// <summary>The last stream of a GOAWAY.</summary>
    public uint LastStream => Number(0);

    /// <summary>By how much a WINDOW_UPDATE widens.</summary>
    public uint Increment => Number(0);

    /// <summary>The payload of DATA or HEADERS without padding and the fields of the old priority scheme.</summary>
    /// <exception cref="FormatException">There is more padding than payload.</exception>
    public ReadOnlySpan<byte> Body
    {
        get
        {
            ReadOnlySpan<byte> body = Payload;
            if (Kind is (FrameKind.Data or FrameKind.Headers) && (Marks & FrameMarks.Padded) != 0)
            {
                body = Payload[0] < body.Length ? body[1..^Payload[0]] : throw new FormatException($"more padding than payload: {this}");
            }

            return Kind == FrameKind.Headers && (Marks & FrameMarks.Priority) != 0 ? body[5..] : body;
        }
    }

    /// <summary>The parameters of a SETTINGS frame.</summary>
    public IEnumerable<(SettingKind Kind, uint Value)> Settings()
    {
        for (int at = 0; at + 6 <= Payload.Length; at += 6)
        {
            yield return ((SettingKind)BinaryPrimitives.ReadUInt16BigEndian(Payload.AsSpan(at)), Number(at + 2));
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = $"{Kind}[{Marks}] stream {Stream}, {Payload.Length} B";
        return Kind switch
        {
            FrameKind.Reset when Payload.Length == 4 => $"{text}: {Error}",
            FrameKind.GoAway when Payload.Length >= 8 => $"{text}: {Error}, last {LastStream} {Bytes.Show(Payload.AsSpan(8))}",
            FrameKind.WindowUpdate when Payload.Length == 4 => $"{text}: +{Increment}",
            FrameKind.Settings => $"{text}: {string.Join(", ", Settings().Select(setting => $"{setting.Kind}={setting.Value}"))}",
            _ => $"{text}: {Bytes.Show(Payload, max: 120)}",
        };
    }

    private uint Number(int at) => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(at));
}
