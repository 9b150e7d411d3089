using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Forwarding;

/// <summary>One side of an exchange after a switch of protocols: bytes in and bytes out, whatever carries them. For the exchange's loop.</summary>
/// <remarks>One read and one write may be pending at a time. A failure needs no record: whoever reads or writes breaks the tunnel.</remarks>
internal interface ITunnelEnd
{
    /// <summary>
    /// Reads what comes next: a loan until the next read or <see cref="Close"/>. The last part, which may be empty, comes when the peer has ended its
    /// side in order; an error when it broke off, or <see cref="Break"/> was called.
    /// </summary>
    ValueTask<BodySlice> ReadAsync();

    /// <summary>Writes all of a segment, which has to stay as it is until then.</summary>
    ValueTask<IoResult> WriteAsync(SendSegment segment);

    /// <summary>Tells the peer that nothing follows what was written; it may still speak. Complete when that is on its way, or never will be.</summary>
    ValueTask EndWritingAsync();

    /// <summary>Breaks off so that the peer sees that the end is not an orderly one. Pending reads and writes end with an error, inline. May be called twice.</summary>
    void Break();

    /// <summary>Gives everything back, once nothing is pending and both directions have ended or are broken.</summary>
    void Close();
}
