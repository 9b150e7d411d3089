using System.Text;

namespace Sluice.Http.Tests.Support;

/// <summary>Text to bytes and back, one byte per character, so that a test can write any byte as <c>\u00xx</c>.</summary>
internal static class Bytes
{
    internal static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    internal static string ToText(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    internal static string Repeat(char value, int count) => new(value, count);

    /// <summary>All ways to cut a message that are tried: whole, byte by byte, and in two at every point.</summary>
    internal static IEnumerable<int[]> Cuts(int length)
    {
        yield return [length];
        yield return [.. Enumerable.Range(0, length + 1)];
        for (int cut = 0; cut < length; cut++)
        {
            yield return [cut, length];
        }
    }
}
