using System.Diagnostics;
using System.Text;

namespace Sluice.Proxy.Health.Checks;

/// <summary>The two messages of <c>grpc.health.v1.Health/Check</c> (the gRPC Health Checking Protocol), each behind the five bytes that frame a message of gRPC.</summary>
/// <remarks>
/// <code>
///   message HealthCheckRequest { string service = 1; }
///   message HealthCheckResponse { ServingStatus status = 1; }      UNKNOWN 0, SERVING 1, NOT_SERVING 2, SERVICE_UNKNOWN 3
/// </code>
/// </remarks>
internal static class GrpcHealth
{
    // Whether the message is compressed, and its length in four bytes, the highest first.
    private const int FrameBytes = 5;

    // Field 1 as a varint, and as a text (Protocol Buffers, "Encoding").
    private const byte StatusTag = 0x08;
    private const byte ServiceTag = 0x0A;
    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;
    private const int VarintBytesMax = 10;

    /// <summary>The request for a service; empty for the server as a whole.</summary>
    public static byte[] RequestFor(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        var message = new List<byte>(name.Length + FrameBytes);
        if (name.Length > 0)
        {
            message.Add(ServiceTag);
            AddVarint(message, (uint)name.Length);
            message.AddRange(name);
        }

        return [0, (byte)(message.Count >> 24), (byte)(message.Count >> 16), (byte)(message.Count >> 8), (byte)message.Count, .. message];
    }

    /// <summary>Reads the status of a response. False when it isn't whole or isn't such a message.</summary>
    public static bool TryReadStatus(ReadOnlySpan<byte> content, out ulong status)
    {
        status = 0;
        if (content.Length < FrameBytes || content[0] != 0)
        {
            return false;
        }

        uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(content[1..]);
        if (length > content.Length - FrameBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> message = content.Slice(FrameBytes, (int)length);
        while (!message.IsEmpty)
        {
            if (!TryReadField(ref message, ref status))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The name of a status.</summary>
    public static string NameOf(ulong status) => status switch
    {
        0 => "UNKNOWN",
        1 => "SERVING",
        2 => "NOT_SERVING",
        3 => "SERVICE_UNKNOWN",
        _ => $"{status}",
    };

    // Fields that this side doesn't know are passed over, and the last of several that it knows counts.
    private static bool TryReadField(ref ReadOnlySpan<byte> message, ref ulong status)
    {
        if (!TryReadVarint(ref message, out ulong tag))
        {
            return false;
        }

        ulong value = 0;
        int skipped = 0;
        switch ((int)(tag & 7))
        {
            case WireVarint when !TryReadVarint(ref message, out value):
                return false;
            case WireVarint:
                status = tag == StatusTag ? value : status;
                break;
            case WireBytes when !TryReadVarint(ref message, out value) || value > (ulong)message.Length:
                return false;
            case WireBytes:
                skipped = (int)value;
                break;
            case WireFixed64:
                skipped = sizeof(ulong);
                break;
            case WireFixed32:
                skipped = sizeof(uint);
                break;
            default:
                return false;
        }

        if (skipped > message.Length)
        {
            return false;
        }

        message = message[skipped..];
        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length && i < VarintBytesMax; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static void AddVarint(List<byte> bytes, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        Debug.Assert(value < 0x80, "The last byte has no continuation.");
        bytes.Add((byte)value);
    }
}
