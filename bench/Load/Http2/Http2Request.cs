using System.Buffers.Binary;
using System.Text;

namespace Sluice.Load.Http2;

/// <summary>The bytes of a client of HTTP/2 that does no more than it must (RFC 9113).</summary>
internal static class Http2Request
{
    public const int FrameHeadBytes = 9;
    public const byte DataType = 0;
    public const byte HeadersType = 1;
    public const byte ResetType = 3;
    public const byte SettingsType = 4;
    public const byte GoAwayType = 7;
    public const byte EndStreamFlag = 1;
    public const byte AckFlag = 1;

    private const byte EndHeadersFlag = 4;

    /// <summary>What a connection begins with: the preface, and SETTINGS that leave all as it is (section 3.4).</summary>
    public static byte[] Beginning { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsType, 0, 0, [])];

    public static byte[] SettingsAck { get; } = Frame(SettingsType, AckFlag, 0, []);

    /// <summary>A GET without content. Its fields are literals that no table keeps (RFC 7541, section 6.2.2), so that every stream has the same bytes.</summary>
    public static byte[] Get(int stream, string path)
    {
        byte[] pathBytes = Encoding.ASCII.GetBytes(path);
        byte[] host = Encoding.ASCII.GetBytes("bench.example.com");

        // Entries 2, 7, 4 and 1 of the static table: GET, https, :path and :authority.
        byte[] fields = [0x82, 0x87, 0x04, (byte)pathBytes.Length, .. pathBytes, 0x01, (byte)host.Length, .. host];
        return Frame(HeadersType, EndStreamFlag | EndHeadersFlag, stream, fields);
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }
}
