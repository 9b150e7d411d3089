using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Cases;

/// <summary>Where numbers of cases stand: at methods of test classes, and at the cases of the corpus.</summary>
public static partial class NumberedTests
{
    private const string TraitName = "Case";

    /// <summary>All that stand in these files.</summary>
    public static IEnumerable<NumberedTest> In(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsTest && file.IsCSharp && file.Text.Contains($"Trait(\"{TraitName}\"", StringComparison.Ordinal)
        from attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>()
        let number = NumberOf(attribute)
        where number is not null
        select new NumberedTest(number, $"{file.Path}({file.LineOf(attribute.SpanStart)})", IsTest(attribute));

    /// <summary>All that stand in a file of the corpus.</summary>
    public static IEnumerable<NumberedTest> InCorpus(string path, string text) =>
        from Match match in CorpusCase().Matches(text)
        select new NumberedTest(match.Groups[1].Value, $"{path}: {match.Value}", IsTest: true);

    // Null for any other attribute.
    private static string? NumberOf(AttributeSyntax attribute) =>
        attribute is { Name: IdentifierNameSyntax { Identifier.Text: "Trait" }, ArgumentList.Arguments: [{ Expression: LiteralExpressionSyntax name }, { Expression: LiteralExpressionSyntax number }] }
        && name.Token.ValueText == TraitName
            ? number.Token.ValueText
            : null;

    private static bool IsTest(AttributeSyntax attribute) =>
        attribute.Parent?.Parent is MethodDeclarationSyntax method
        && method.AttributeLists.SelectMany(list => list.Attributes).Any(other => other.Name is IdentifierNameSyntax { Identifier.Text: "Fact" or "Theory" });

    [GeneratedRegex(@"^case ([UL]-[0-9]+)[a-z]? .*$", RegexOptions.Multiline)]
    private static partial Regex CorpusCase();
}
