namespace Sluice.Proxy.Templates;

/// <summary>What a value is by itself, which decides what has to be encoded when it becomes part of a URI.</summary>
internal enum ValueKind
{
    /// <summary>Any text: each character that means something in a URI is encoded.</summary>
    Foreign,

    /// <summary>A host, and maybe a port, in canonical form: its colons and brackets stay in a URL.</summary>
    Authority,

    /// <summary>A path or a part of one: its slashes and escapes stay.</summary>
    Path,

    /// <summary>A whole query: its separators and escapes stay.</summary>
    Query,

    /// <summary>One value of a query: its escapes stay.</summary>
    QueryValue,
}
