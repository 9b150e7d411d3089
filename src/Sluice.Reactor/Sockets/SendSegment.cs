namespace Sluice.Reactor.Sockets;

/// <summary>A part of an array to be sent. The array stays untouched until the send ends.</summary>
public readonly record struct SendSegment(byte[]? Array, int Offset, int Count)
{
    /// <summary>What is left behind the first <paramref name="sent"/> bytes; a count below zero or beyond the end is taken for the nearest.</summary>
    internal ReadOnlySpan<byte> From(int sent)
    {
        int skip = Math.Clamp(sent, 0, Count);
        return Array.AsSpan(Offset + skip, Count - skip);
    }
}
