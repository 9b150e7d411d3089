using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Grpc;

/// <summary>
/// The last message of gRPC-Web: a flag, the length, and the trailers as lines with names in small letters (grpc/doc/PROTOCOL-WEB.md). Written into an array of
/// its own that is kept, unless it grew large.
/// </summary>
internal sealed class TrailersFrame
{
    private const byte Flag = 0x80;
    private const int PrefixBytes = 5;

    // What most trailers fit into, base64 included.
    private const int KeptBytes = 4 * 1024;

    private byte[] _array = [];

    /// <summary>Gives back what unusually large trailers took.</summary>
    public void Trim() => _array = _array.Length > KeptBytes ? [] : _array;

    /// <summary>Writes the message; the slice is valid until the next call, and the last of the content.</summary>
    /// <param name="trailers">What the server sent; null when it sent none.</param>
    /// <param name="asText">Whether it is to be base64.</param>
    public BodySlice Write(FieldTable? trailers, bool asText)
    {
        int length;
        while (!TryWrite(trailers, out length))
        {
            // Bounded by the limits of the trailers that were read.
            _array = new byte[Math.Max(_array.Length * 2, 1024)];
        }

        BinaryPrimitives.WriteInt32BigEndian(_array.AsSpan(1), length - PrefixBytes);
        _array[0] = Flag;
        if (asText)
        {
            int textLength = Base64.GetMaxEncodedToUtf8Length(length);
            if (textLength > _array.Length)
            {
                Array.Resize(ref _array, textLength);
            }

            Base64.EncodeToUtf8InPlace(_array, length, out length);
        }

        return new BodySlice(_array, 0, length, IsLast: true);
    }

    private bool TryWrite(FieldTable? trailers, out int length)
    {
        var writer = new HeadWriter(_array);
        writer.Append("\0\0\0\0\0"u8);
        if (trailers is not null)
        {
            AppendLines(ref writer, trailers);
        }

        if (trailers is null || trailers.IndexOf(GrpcCall.StatusName) < 0)
        {
            // A client of gRPC would conclude the same (grpc/doc/http-grpc-status-mapping.md); one of gRPC-Web may take the end alone for success.
            writer.Append("grpc-status: 2\r\ngrpc-message: the server sent no status\r\n"u8);
        }

        length = writer.Length;
        return !writer.Overflowed;
    }

    private void AppendLines(ref HeadWriter writer, FieldTable trailers)
    {
        for (int i = 0; i < trailers.Count; i++)
        {
            if ((trailers[i].Flags & (FieldFlags.HopByHop | FieldFlags.Framing)) != 0)
            {
                continue;
            }

            int start = writer.Length;
            writer.AppendField(trailers.Name(i), trailers.Value(i));
            if (!writer.Overflowed)
            {
                Ascii.ToLowerInPlace(_array.AsSpan(start, trailers[i].NameLength), out _);
            }
        }
    }
}
