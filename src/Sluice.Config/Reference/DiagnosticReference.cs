using System.Text;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Reference;

/// <summary>Writes docs/reference/diagnostics from <see cref="DiagnosticCodes"/>, and finds a page of it again, which the assembly carries.</summary>
public static class DiagnosticReference
{
    private const string IndexIntroduction = """
        # Errors and warnings of configurations

        <!-- Generated from DiagnosticCodes and golden files, as are the pages beside it; a test keeps them up to date. -->

        `sluice explain CODE` prints the same pages.

        | code | | what it is |
        |---|---|---|

        """;

    /// <summary>The page of a code.</summary>
    /// <param name="id">Such as <c>SL0203</c>; case doesn't matter.</param>
    /// <returns>Its Markdown, or null when there is no such code.</returns>
    public static string? Find(string id)
    {
        using Stream? resource = typeof(DiagnosticReference).Assembly.GetManifestResourceStream($"diagnostics/{id.ToUpperInvariant()}.md");
        if (resource is null)
        {
            return null;
        }

        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A line for each code: what <c>sluice explain</c> knows.</summary>
    public static string WriteList() => string.Concat(DiagnosticCodes.All.Select(code => $"{code.Id}  {SeverityOf(code),-7}  {code.Title}\n"));

    /// <summary>Writes the table of contents.</summary>
    internal static string WriteIndex() =>
        IndexIntroduction + string.Concat(DiagnosticCodes.All.Select(code => $"| [{code.Id}]({code.Id}.md) | {SeverityOf(code)} | {code.Title} |\n"));

    /// <summary>Writes the page of a code.</summary>
    internal static string WritePage(DiagnosticCode code, DiagnosticExample? example)
    {
        var page = new StringBuilder($"# {code.Id}: {code.Title}\n\n");
        string consequence = code.Severity == DiagnosticSeverity.Error
            ? "An error: the configuration can't be used."
            : "A warning: the configuration can be used, but is most likely not what was meant.";
        page.Append($"{consequence}\n\n{code.Explanation}\n");
        if (example is not null)
        {
            page.Append($"\n## Example\n\n`{example.FileName}`:\n\n{Block("yaml", example.Input)}\n{Block("text", example.Output)}");
        }

        return page.ToString();
    }

    private static string SeverityOf(DiagnosticCode code) => code.Severity == DiagnosticSeverity.Error ? "error" : "warning";

    private static string Block(string language, string text) => $"```{language}\n{text.TrimEnd('\n')}\n```\n";
}
