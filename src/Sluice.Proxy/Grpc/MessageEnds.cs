namespace Sluice.Proxy.Grpc;

/// <summary>Tells where messages end in content that comes in parts. A message is a flag, its length in four bytes, the highest first, and so many bytes.</summary>
internal struct MessageEnds
{
    private const int PrefixBytes = 5;

    private long _left;
    private uint _length;
    private int _prefix;

    /// <summary>Whether what was taken in so far ends where a message does.</summary>
    public readonly bool IsAtEnd => _left == 0 && _prefix == 0;

    /// <summary>Takes in the next part.</summary>
    public void Advance(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                int skipped = (int)Math.Min(_left, bytes.Length);
                _left -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            // The flag is shifted out by the four bytes behind it.
            _length = (_length << 8) | bytes[0];
            bytes = bytes[1..];
            if (++_prefix == PrefixBytes)
            {
                _prefix = 0;
                _left = _length;
            }
        }
    }
}
