namespace Sluice.Proxy.Templates;

/// <summary>How the values of variables are written, depending on where they go: no value can ever become syntax there. Fixed text is written as it is.</summary>
public enum TemplateEncoding
{
    /// <summary>The value of a header: everything but visible ASCII, blank and tab is percent-encoded, so that nothing can split the message.</summary>
    Header,

    /// <summary>
    /// A path, or a URL up to its query: what may not stand in a path is percent-encoded, in foreign text a slash and a percent sign, too. Behind a
    /// question mark of the fixed text it goes on as <see cref="Query"/>.
    /// </summary>
    Uri,

    /// <summary>A part of a query: everything but unreserved characters is percent-encoded; <c>{query}</c> and <c>{uri}</c> keep their separators.</summary>
    Query,

    /// <summary>Text or a quoted attribute of HTML, in UTF-8: <c>&amp; &lt; &gt; " '</c> become entities.</summary>
    Html,

    /// <summary>The inside of a JSON string, in UTF-8.</summary>
    Json,

    /// <summary>Plain text in UTF-8: control characters but line ends and tabs, and bytes that are no UTF-8, become U+FFFD.</summary>
    Text,
}
