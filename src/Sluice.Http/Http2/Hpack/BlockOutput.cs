namespace Sluice.Http.Http2.Hpack;

/// <summary>The destination of a block. Once a line didn't fit it takes no more, so that no field is missing between two others.</summary>
internal struct BlockOutput(byte[] bytes, int start)
{
    private bool _isFull;

    internal readonly byte[] Bytes => bytes;

    /// <summary>Where the next line goes.</summary>
    internal int Position { get; private set; } = start;

    /// <summary>What is left for lines.</summary>
    internal readonly Span<byte> Free => _isFull ? default : bytes.AsSpan(Position);

    /// <summary>Takes the room for a line.</summary>
    /// <param name="length">Of the line with its CRLF.</param>
    /// <param name="offset">Where it begins; 0 when there is no room.</param>
    internal bool TryReserve(int length, out int offset)
    {
        if (_isFull || length > bytes.Length - Position)
        {
            _isFull = true;
            offset = 0;
            return false;
        }

        offset = Position;
        Position += length;
        return true;
    }
}
