using System.Buffers.Binary;

namespace Sluice.TestKit.Http2;

/// <summary>Frames as bytes, right and wrong ones (RFC 9113, section 6).</summary>
public static class Frames
{
    private const int LargestKnown = 0x10;

    /// <summary>What a client begins with (RFC 9113, section 3.4).</summary>
    public static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    /// <summary>An answer to SETTINGS.</summary>
    public static byte[] SettingsAck => Of(FrameKind.Settings, FrameMarks.Ack, 0, []);

    /// <summary>A frame whose length is that of its payload.</summary>
    public static byte[] Of(FrameKind kind, FrameMarks marks, uint stream, ReadOnlySpan<byte> payload) =>
        Raw(payload.Length, (byte)kind, (byte)marks, stream, payload);

    /// <summary>A frame of which each part is what the test says.</summary>
    public static byte[] Raw(int length, byte kind, byte marks, uint stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[WireFrame.HeadBytes + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length << 8 | kind);
        frame[4] = marks;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(WireFrame.HeadBytes));
        return frame;
    }

    /// <summary>A frame of a type that nobody knows.</summary>
    public static byte[] Unknown(uint stream, ReadOnlySpan<byte> payload, byte kind = LargestKnown + 0x60) => Raw(payload.Length, kind, 0xFF, stream, payload);

    /// <summary>DATA.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="content">The content.</param>
    /// <param name="end">Whether nothing follows.</param>
    /// <param name="padding">Bytes of padding, beside the one that says how many; null for none and no flag.</param>
    public static byte[] Data(uint stream, ReadOnlySpan<byte> content, bool end = false, byte? padding = null) =>
        Of(FrameKind.Data, (end ? FrameMarks.EndStream : FrameMarks.None) | Padded(padding), stream, Pad(content, padding));

    /// <summary>HEADERS with a whole field block.</summary>
    public static byte[] Headers(uint stream, ReadOnlySpan<byte> block, bool end = true, byte? padding = null) =>
        Of(FrameKind.Headers, FrameMarks.EndHeaders | (end ? FrameMarks.EndStream : FrameMarks.None) | Padded(padding), stream, Pad(block, padding));

    /// <summary>HEADERS with the beginning of a field block.</summary>
    public static byte[] OpenHeaders(uint stream, ReadOnlySpan<byte> block, bool end = true) =>
        Of(FrameKind.Headers, end ? FrameMarks.EndStream : FrameMarks.None, stream, block);

    /// <summary>More of a field block.</summary>
    public static byte[] Continuation(uint stream, ReadOnlySpan<byte> block, bool end) =>
        Of(FrameKind.Continuation, end ? FrameMarks.EndHeaders : FrameMarks.None, stream, block);

    /// <summary>PRIORITY of the old scheme.</summary>
    public static byte[] Priority(uint stream, uint dependsOn, byte weight = 15)
    {
        byte[] payload = [.. Number(dependsOn), weight];
        return Of(FrameKind.Priority, FrameMarks.None, stream, payload);
    }

    /// <summary>RST_STREAM.</summary>
    public static byte[] Reset(uint stream, ErrorCode error = ErrorCode.Cancel) => Of(FrameKind.Reset, FrameMarks.None, stream, Number((uint)error));

    /// <summary>SETTINGS.</summary>
    public static byte[] Settings(params (SettingKind Kind, uint Value)[] settings)
    {
        byte[] payload = [.. settings.SelectMany(setting => new byte[] { (byte)((int)setting.Kind >> 8), (byte)setting.Kind }.Concat(Number(setting.Value)))];
        return Of(FrameKind.Settings, FrameMarks.None, 0, payload);
    }

    /// <summary>PUSH_PROMISE.</summary>
    public static byte[] PushPromise(uint stream, uint promised, ReadOnlySpan<byte> block) =>
        Of(FrameKind.PushPromise, FrameMarks.EndHeaders, stream, [.. Number(promised), .. block]);

    /// <summary>PING.</summary>
    public static byte[] Ping(ulong opaque = 0, bool ack = false)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(payload, opaque);
        return Of(FrameKind.Ping, ack ? FrameMarks.Ack : FrameMarks.None, 0, payload);
    }

    /// <summary>GOAWAY.</summary>
    public static byte[] GoAway(uint lastStream, ErrorCode error = ErrorCode.NoError) =>
        Of(FrameKind.GoAway, FrameMarks.None, 0, [.. Number(lastStream), .. Number((uint)error)]);

    /// <summary>WINDOW_UPDATE.</summary>
    public static byte[] WindowUpdate(uint stream, uint increment) => Of(FrameKind.WindowUpdate, FrameMarks.None, stream, Number(increment));

    /// <summary>PRIORITY_UPDATE (RFC 9218, section 7.1).</summary>
    public static byte[] PriorityUpdate(uint stream, string value) =>
        Of(FrameKind.PriorityUpdate, FrameMarks.None, 0, [.. Number(stream), .. Wire.Bytes.Of(value)]);

    /// <summary>The same frames many times over.</summary>
    public static byte[] Repeat(ReadOnlySpan<byte> frames, int times)
    {
        byte[] all = new byte[frames.Length * times];
        for (int i = 0; i < times; i++)
        {
            frames.CopyTo(all.AsSpan(i * frames.Length));
        }

        return all;
    }

    private static FrameMarks Padded(byte? padding) => padding is null ? FrameMarks.None : FrameMarks.Padded;

    private static byte[] Pad(ReadOnlySpan<byte> content, byte? padding) =>
        padding is { } count ? [count, .. content, .. new byte[count]] : content.ToArray();

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
