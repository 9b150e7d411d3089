namespace Sluice.Proxy.Templates;

/// <summary>How braces are read.</summary>
public enum TemplateSyntax
{
    /// <summary>For short values: each brace begins or ends a variable, unless it is doubled: <c>{{</c> is one brace.</summary>
    Value,

    /// <summary>
    /// For content such as HTML, CSS or JSON, which is full of braces: only <c>{name}</c>, where the name looks like one (a letter, then letters, digits,
    /// <c>_</c>, <c>-</c> and dots), is a variable, which has to exist; every other brace is itself.
    /// </summary>
    Content,
}
