using System.Globalization;
using System.Security.Cryptography;

namespace Sluice.Hostile.Http2;

/// <summary>A request of an <see cref="HonestClient"/>, and what it expects of it.</summary>
/// <param name="stream">Its stream.</param>
/// <param name="path">Its path.</param>
/// <param name="id">What tells it from all others.</param>
/// <param name="content">Its content.</param>
/// <param name="hasTrailers">Whether trailers end it.</param>
internal sealed class HonestRequest(uint stream, string path, string id, byte[] content, bool hasTrailers)
{
    private int _sent;

    /// <summary>Its stream.</summary>
    internal uint Stream => stream;

    /// <summary>Bytes of content that are still to be sent.</summary>
    internal int Left => content.Length - _sent;

    /// <summary>Whether trailers end it.</summary>
    internal bool HasTrailers => hasTrailers;

    /// <summary>A word on some content.</summary>
    internal static string Digest(byte[] content) => $"{content.Length}:{Convert.ToHexString(SHA256.HashData(content))}";

    /// <summary>The next part of the content.</summary>
    internal ReadOnlyMemory<byte> Take(int count)
    {
        _sent += count;
        return content.AsMemory(_sent - count, count);
    }

    /// <summary>Whether a response is the one to it.</summary>
    internal bool Expects(string text) => path.Split('/') switch
    {
        [_, "many", var times] => text == string.Concat(Enumerable.Repeat(id + ".", int.Parse(times, CultureInfo.InvariantCulture))),
        [_, "digest"] => text == $"{id}:{Digest(content)}",
        _ => text == "fixed",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{id} {path} on stream {stream}, {Left} of {content.Length} bytes to send";
}
