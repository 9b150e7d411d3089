using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Forwarding;

/// <summary>The end of chunked content with trailer fields (RFC 9112, section 7.1.2), written into an array of its own that is kept.</summary>
/// <remarks>One for each direction of an exchange: the two may end at the same time, and an array must stay as it is while it is being sent.</remarks>
internal sealed class TrailerSection
{
    private byte[] _array = [];

    /// <summary>Writes the last chunk and the trailer section; the segment is valid until the next call.</summary>
    /// <param name="trailers">What was received, without the fields that trailers must not carry.</param>
    /// <param name="withLineEnd">Whether the line end of the chunk before comes first.</param>
    public SendSegment Write(FieldTable trailers, bool withLineEnd)
    {
        while (true)
        {
            var writer = new HeadWriter(_array);
            writer.Append(withLineEnd ? "\r\n0\r\n"u8 : "0\r\n"u8);
            writer.AppendFields(trailers, FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Underscore, 0);
            writer.Append("\r\n"u8);
            if (!writer.Overflowed)
            {
                return new SendSegment(_array, 0, writer.Length);
            }

            // Bounded by the limits of the trailers that were read.
            _array = new byte[Math.Max(_array.Length * 2, 1024)];
        }
    }
}
