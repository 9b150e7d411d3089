using System.Buffers.Binary;

namespace Sluice.Http.Http2;

/// <summary>What a peer has said about itself by SETTINGS frames, beginning with the defaults of RFC 9113, section 6.5.2.</summary>
public sealed class PeerSettings
{
    /// <summary>How long one setting is on the wire.</summary>
    public const int EntryBytes = 6;

    /// <summary>The largest table that the peer decodes with, in bytes.</summary>
    public uint HeaderTableSize { get; private set; } = Http2Constants.DefaultTableBytes;

    /// <summary>The smallest <see cref="HeaderTableSize"/> that was said since <see cref="Read"/> was called last: what doesn't fit into it is gone.</summary>
    public uint SmallestHeaderTableSize { get; private set; } = Http2Constants.DefaultTableBytes;

    /// <summary>Streams that this side may have open at once.</summary>
    public uint MaxConcurrentStreams { get; private set; } = uint.MaxValue;

    /// <summary>The window of new streams, in bytes.</summary>
    public int InitialWindowSize { get; private set; } = Http2Constants.DefaultWindow;

    /// <summary>The largest payload that the peer takes, in bytes.</summary>
    public int MaxFrameSize { get; private set; } = Http2Constants.DefaultFrameBytes;

    /// <summary>Whether the peer takes extended CONNECT (RFC 8441).</summary>
    public bool EnableConnectProtocol { get; private set; }

    /// <summary>Takes in the payload of a SETTINGS frame whose length is a multiple of <see cref="EntryBytes"/>.</summary>
    /// <param name="payload">The settings, in the order in which they count.</param>
    /// <param name="isFromServer">Whether a server says so, which has fewer liberties.</param>
    /// <returns>The error that the connection ends with, or none.</returns>
    public Http2ErrorCode Read(ReadOnlySpan<byte> payload, bool isFromServer)
    {
        SmallestHeaderTableSize = HeaderTableSize;
        for (; payload.Length >= EntryBytes; payload = payload[EntryBytes..])
        {
            var id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload);
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            Http2ErrorCode error = Take(id, value, isFromServer);
            if (error != Http2ErrorCode.NoError)
            {
                return error;
            }
        }

        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode Take(SettingId id, uint value, bool isFromServer)
    {
        switch (id)
        {
            case SettingId.HeaderTableSize:
                HeaderTableSize = value;
                SmallestHeaderTableSize = Math.Min(SmallestHeaderTableSize, value);
                break;
            case SettingId.EnablePush when value > 1 || (isFromServer && value != 0):
                return Http2ErrorCode.ProtocolError;
            case SettingId.MaxConcurrentStreams:
                MaxConcurrentStreams = value;
                break;
            case SettingId.InitialWindowSize when value > Http2Constants.WindowMax:
                return Http2ErrorCode.FlowControlError;
            case SettingId.InitialWindowSize:
                InitialWindowSize = (int)value;
                break;
            case SettingId.MaxFrameSize when value is < Http2Constants.DefaultFrameBytes or > Http2Constants.FrameBytesMax:
                return Http2ErrorCode.ProtocolError;
            case SettingId.MaxFrameSize:
                MaxFrameSize = (int)value;
                break;
            case SettingId.EnableConnectProtocol when value > 1 || (EnableConnectProtocol && value == 0):
                // RFC 8441, section 3: once allowed it can't be taken back.
                return Http2ErrorCode.ProtocolError;
            case SettingId.EnableConnectProtocol:
                EnableConnectProtocol = value == 1;
                break;
            case SettingId.NoRfc7540Priorities when value > 1:
                return Http2ErrorCode.ProtocolError;
            default:
                break;
        }

        return Http2ErrorCode.NoError;
    }
}
