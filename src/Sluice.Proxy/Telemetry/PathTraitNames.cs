using System.Text;
using Sluice.Http.Uris;

namespace Sluice.Proxy.Telemetry;

/// <summary>What there is to report about a path, as bytes for log lines: the words of <c>path_policy</c>.</summary>
internal static class PathTraitNames
{
    private static readonly (PathTraits Trait, string Name)[] Words =
    [
        (PathTraits.DotSegments, "dot_segments"),
        (PathTraits.DoubleSlash, "double_slash"),
        (PathTraits.EncodedSlash, "encoded_slash"),
        (PathTraits.EncodedBackslash, "encoded_backslash"),
        (PathTraits.EncodedNul, "encoded_nul"),
        (PathTraits.Semicolon, "semicolon"),
    ];

    // One text for each set of traits.
    private static readonly byte[][] Texts = [.. Enumerable.Range(0, 1 << Words.Length).Select(set => Encoding.ASCII.GetBytes(TextOf((PathTraits)set)))];

    /// <summary>Their names with spaces between them; empty for none.</summary>
    public static ReadOnlySpan<byte> Of(PathTraits traits) => Texts[(int)traits];

    private static string TextOf(PathTraits traits) => string.Join(' ', Words.Where(word => (traits & word.Trait) != 0).Select(word => word.Name));
}
