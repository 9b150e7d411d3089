namespace Sluice.Proxy.Plans.Matching;

/// <summary>How a <see cref="ValueTest"/> compares.</summary>
public enum ValueTestKind : byte
{
    /// <summary>The value is one of the texts.</summary>
    Exact,

    /// <summary>It begins with one of them.</summary>
    Prefix,

    /// <summary>It ends with one of them.</summary>
    Suffix,

    /// <summary>One of them is in it.</summary>
    Contains,

    /// <summary>One of them, as a regular expression, matches all of it.</summary>
    Regex,

    /// <summary>There is a value, if only an empty one.</summary>
    Present,
}
