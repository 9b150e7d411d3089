using System.Diagnostics;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Transforms;

/// <summary>A path that begins with two slashes reads as a host in many places (RFC 3986, section 4.2), so it begins with one.</summary>
internal static class LeadingSlashes
{
    /// <summary>Takes out all but one of the slashes at the beginning of what was written from an offset on.</summary>
    public static void Collapse(ref HeadWriter writer, int start) => Collapse(ref writer, start, "/"u8);

    /// <summary>The same for a reference that a browser follows, which takes a backslash for a slash and leaves out tabs (WHATWG URL, section 4.4).</summary>
    public static void CollapseReference(ref HeadWriter writer, int start) => Collapse(ref writer, start, "/\\\t"u8);

    private static void Collapse(ref HeadWriter writer, int start, ReadOnlySpan<byte> taken)
    {
        ReadOnlySpan<byte> written = writer.WrittenFrom(start);
        int slashes = written.IndexOfAnyExcept(taken);
        slashes = slashes < 0 ? written.Length : slashes;
        if (slashes > 1)
        {
            Debug.Assert(written[0] == '/', "The first one stays.");
            writer.Remove(start + 1, slashes - 1);
        }
    }
}
