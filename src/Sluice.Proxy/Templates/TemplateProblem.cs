namespace Sluice.Proxy.Templates;

/// <summary>Why a text is no template.</summary>
/// <param name="Message">In one line, naming the place in backticks.</param>
/// <param name="Offset">Where it is in the text, in UTF-16 units.</param>
/// <param name="Length">Its length.</param>
public sealed record TemplateProblem(string Message, int Offset, int Length)
{
    /// <summary>What to do about it, if that is clear.</summary>
    public string? Hint { get; init; }

    /// <summary>The name of a variable that is not known or not known here; null for other problems.</summary>
    public string? UnknownName { get; init; }
}
