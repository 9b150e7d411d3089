using Sluice.Http.Http1;

namespace Sluice.Proxy.Transforms;

/// <summary>A path that begins with two slashes reads as a host in many places (RFC 3986, section 4.2), so it begins with one.</summary>
internal static class LeadingSlashes
{
    /// <summary>Takes out all but one of the slashes at the beginning of what was written from an offset on.</summary>
    public static void Collapse(ref HeadWriter writer, int start)
    {
        int slashes = writer.WrittenFrom(start).IndexOfAnyExcept((byte)'/');
        slashes = slashes < 0 ? writer.WrittenFrom(start).Length : slashes;
        if (slashes > 1)
        {
            writer.Remove(start, slashes - 1);
        }
    }
}
