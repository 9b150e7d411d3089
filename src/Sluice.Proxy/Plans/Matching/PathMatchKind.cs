namespace Sluice.Proxy.Plans;

/// <summary>How the text of a <see cref="PathMatch"/> is meant.</summary>
public enum PathMatchKind : byte
{
    /// <summary>This path alone.</summary>
    Exact,

    /// <summary>
    /// This path and everything below. It ends at a segment boundary: the prefix <c>/api</c> takes <c>/api</c> and <c>/api/x</c>, not <c>/apix</c>.
    /// </summary>
    Prefix,

    /// <summary>A pattern: <c>*</c> is any number of characters within a segment, <c>**</c> as a segment any number of segments, also none.</summary>
    Glob,

    /// <summary>A regular expression that has to match the whole path.</summary>
    Regex,
}
