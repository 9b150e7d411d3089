using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Placeholders;

/// <summary>Finds where a placeholder of a value stands in the file.</summary>
internal static class PlaceholderPlace
{
    private const string Opening = "${";

    /// <summary>The place of a placeholder.</summary>
    /// <param name="scalar">The value as written.</param>
    /// <param name="index">Of the placeholder within its text.</param>
    /// <param name="length">Of the placeholder.</param>
    /// <remarks>
    /// Escapes and folded lines make a text differ from what stands in the file, but its openings are in the same order there. Where even
    /// that doesn't hold (one written in escapes), it is the place of the whole value.
    /// </remarks>
    internal static SourceLocation Find(ScalarNode scalar, int index, int length)
    {
        SourceLocation whole = scalar.Location;
        int end = whole.Offset + whole.Length;
        int found = whole.Offset - 1;
        for (int at = -1; at < index;)
        {
            at = scalar.Text.IndexOf(Opening, at + 1, StringComparison.Ordinal);
            found = whole.Source.Text.IndexOf(Opening, found + 1, Math.Max(0, end - found - 1), StringComparison.Ordinal);
            if (found < 0)
            {
                return whole;
            }
        }

        return new SourceLocation(whole.Source, found, Math.Min(length, end - found));
    }
}
