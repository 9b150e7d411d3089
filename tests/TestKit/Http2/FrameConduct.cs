namespace Sluice.TestKit.Http2;

/// <summary>
/// What RFC 9113, sections 4 to 6, asks of each frame that one side sends, read by the other. It is a second opinion: it shares nothing with
/// the program under test.
/// </summary>
/// <param name="isServer">Whether the side is a server.</param>
/// <param name="windows">What the side may send, kept up to date by who reads.</param>
internal sealed class FrameConduct(bool isServer, FlowWindows windows)
{
    private const uint ReservedBit = 0x8000_0000;

    private readonly HashSet<uint> _over = [];
    private bool _isFirst = true;
    private uint _openBlock;
    private uint _newestStream;
    private uint _lastStream = uint.MaxValue;
    private int _unacknowledged;

    /// <summary>The largest payload.</summary>
    internal uint FrameBytesMax { get; set; } = 16_384;

    /// <summary>The side has SETTINGS to acknowledge. Any thread.</summary>
    internal void ExpectAcknowledgement() => Interlocked.Increment(ref _unacknowledged);

    /// <summary>What is wrong with the next frame; null if nothing is.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="stream">What is known of its stream; null when nobody opened it yet.</param>
    /// <param name="isIdle">Whether neither it nor one after it was opened.</param>
    internal string? Check(WireFrame frame, StreamRecord? stream, bool isIdle)
    {
        string? deviation = CheckOrder(frame) ?? CheckShape(frame) ?? CheckStream(frame, stream, isIdle) ?? CheckContent(frame, stream);
        _isFirst = false;
        if (frame.Kind is FrameKind.Headers or FrameKind.Continuation)
        {
            _openBlock = frame.EndsHeaders ? 0 : frame.Stream;
        }

        if (frame.EndsStream || frame.Kind == FrameKind.Reset)
        {
            _over.Add(frame.Stream);
        }

        return deviation;
    }

    private string? CheckOrder(WireFrame frame)
    {
        if (_isFirst && (frame.Kind != FrameKind.Settings || frame.IsAck))
        {
            return "the first frame isn't SETTINGS (section 3.4)";
        }

        bool goesOn = frame.Kind == FrameKind.Continuation && frame.Stream == _openBlock;
        if (_openBlock != 0 && !goesOn)
        {
            return $"a frame within the field block of stream {_openBlock} (section 4.3)";
        }

        return _openBlock == 0 && frame.Kind == FrameKind.Continuation ? "CONTINUATION without HEADERS (section 6.10)" : null;
    }

    private string? CheckShape(WireFrame frame)
    {
        if (frame.Payload.Length > FrameBytesMax || (frame.Stream & ReservedBit) != 0)
        {
            return $"more than {FrameBytesMax} bytes, or the reserved bit (section 4)";
        }

        (FrameMarks allowed, bool ofConnection, bool isLength) = frame.Kind switch
        {
            FrameKind.Data => (FrameMarks.EndStream | FrameMarks.Padded, false, true),
            FrameKind.Headers => (FrameMarks.EndStream | FrameMarks.EndHeaders | FrameMarks.Padded | FrameMarks.Priority, false, true),
            FrameKind.Continuation => (FrameMarks.EndHeaders, false, true),
            FrameKind.Reset => (FrameMarks.None, false, frame.Payload.Length == 4),
            FrameKind.Settings => (FrameMarks.Ack, true, frame.IsAck ? frame.Payload.Length == 0 : frame.Payload.Length % 6 == 0),
            FrameKind.Ping => (FrameMarks.Ack, true, frame.Payload.Length == 8),
            FrameKind.GoAway => (FrameMarks.None, true, frame.Payload.Length >= 8),
            FrameKind.WindowUpdate => (FrameMarks.None, frame.Stream == 0, frame.Payload.Length == 4),
            FrameKind.PriorityUpdate when !isServer => (FrameMarks.None, true, frame.Payload.Length >= 4),
            _ => (FrameMarks.None, false, false),
        };
        bool isRight = (frame.Marks & ~allowed) == 0 && ofConnection == (frame.Stream == 0) && isLength;
        return isRight ? null : "the kind, flags, stream or length (section 6)";
    }

    private string? CheckStream(WireFrame frame, StreamRecord? stream, bool isIdle)
    {
        if (frame.Stream == 0)
        {
            return null;
        }

        // The end comes before the rest of its own head (section 6.2).
        bool isAllowed = frame.Kind == FrameKind.Continuation || (frame.Kind is FrameKind.Reset or FrameKind.WindowUpdate && stream?.Reset is null);
        if (_over.Contains(frame.Stream) && !isAllowed)
        {
            return "a frame on a stream that the sender has ended (section 5.1)";
        }

        if (isServer || frame.Kind != FrameKind.Headers || stream is not null)
        {
            return isIdle ? "a frame on an idle stream (section 5.1)" : null;
        }

        bool isNew = frame.Stream % 2 == 1 && frame.Stream > _newestStream;
        _newestStream = frame.Stream;
        return isNew ? null : $"stream {frame.Stream} is opened, which isn't the next (section 5.1.1)";
    }

    private string? CheckContent(WireFrame frame, StreamRecord? stream)
    {
        switch (frame.Kind)
        {
            case FrameKind.Data when stream is { Head: null }:
                return "DATA before the final head (section 8.1)";
            case FrameKind.Data:
                return CheckWindows(frame);
            case FrameKind.WindowUpdate:
                return frame.Increment is 0 or > int.MaxValue ? "the increment (section 6.9)" : null;
            case FrameKind.Settings when frame.IsAck:
                return Interlocked.Decrement(ref _unacknowledged) < 0 ? "an acknowledgement of nothing (section 6.5.3)" : null;
            case FrameKind.Settings:
                return frame.Settings().Any(IsWrong) ? "a setting (section 6.5.2)" : null;
            case FrameKind.GoAway:
                bool rises = frame.LastStream > _lastStream;
                _lastStream = frame.LastStream;
                return rises ? "the last stream of GOAWAY rises (section 6.8)" : null;
            default:
                return null;
        }
    }

    private string? CheckWindows(WireFrame frame)
    {
        long left = Math.Min(windows.Connection, windows.Of(frame.Stream));
        windows.Take(frame.Stream, frame.Payload.Length);
        return frame.Payload.Length > 0 && frame.Payload.Length > left ? $"only {left} bytes were allowed (section 6.9)" : null;
    }

    private bool IsWrong((SettingKind Kind, uint Value) setting) => setting.Kind switch
    {
        SettingKind.EnablePush => setting.Value > (isServer ? 0u : 1u),
        SettingKind.InitialWindowSize => setting.Value > int.MaxValue,
        SettingKind.MaxFrameSize => setting.Value is < 16_384 or > 16_777_215,
        SettingKind.EnableConnectProtocol or SettingKind.NoRfc7540Priorities => setting.Value > 1,
        _ => false,
    };
}
