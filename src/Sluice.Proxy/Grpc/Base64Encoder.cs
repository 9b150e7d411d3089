using System.Buffers.Text;
using System.Diagnostics;

namespace Sluice.Proxy.Grpc;

/// <summary>Encodes content that comes in parts as base64 (RFC 4648, section 4). What makes no group of three bytes waits for the next part, or is padded.</summary>
internal struct Base64Encoder
{
    private const int GroupBytes = 3;
    private const int GroupChars = 4;

    private byte _first;
    private byte _second;
    private int _count;

    /// <summary>Whether bytes wait for the next part.</summary>
    public readonly bool HasRest => _count > 0;

    /// <summary>The most bytes of a part whose text fits into so many characters, with what waits from before.</summary>
    public static int BytesMax(int characters) => (characters / GroupChars * GroupBytes) - GroupBytes;

    /// <summary>Encodes the next part.</summary>
    /// <param name="bytes">The part.</param>
    /// <param name="text">Takes the characters.</param>
    /// <param name="isWhole">Whether nothing is to wait: then there may be padding at the end.</param>
    /// <returns>How many characters there are.</returns>
    public int Encode(ReadOnlySpan<byte> bytes, Span<byte> text, bool isWhole)
    {
        Debug.Assert(bytes.Length <= BytesMax(text.Length), "There is room for the text.");
        int written = 0;
        if (_count > 0)
        {
            int taken = Math.Min(GroupBytes - _count, bytes.Length);
            Span<byte> group = [_first, _second, 0];
            bytes[..taken].CopyTo(group[_count..]);
            if (_count + taken < GroupBytes && !isWhole)
            {
                Keep(group[..(_count + taken)]);
                return 0;
            }

            Base64.EncodeToUtf8(group[..(_count + taken)], text, out _, out written);
            _count = 0;
            bytes = bytes[taken..];
        }

        int length = isWhole ? bytes.Length : bytes.Length - (bytes.Length % GroupBytes);
        Base64.EncodeToUtf8(bytes[..length], text[written..], out _, out int characters);
        Keep(bytes[length..]);
        return written + characters;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(bytes.Length < GroupBytes, "A whole group is encoded.");
        _count = bytes.Length;
        _first = _count > 0 ? bytes[0] : _first;
        _second = _count > 1 ? bytes[1] : _second;
    }
}
