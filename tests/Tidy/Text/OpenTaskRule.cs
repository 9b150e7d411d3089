using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sluice.Tidy.Text;

/// <summary>An open task in a comment is written `TODO: reason, until condition`; no other mark is used.</summary>
public sealed partial class OpenTaskRule : IRule
{
    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return
            from file in files
            where file.IsCSharp
            from comment in file.Syntax.DescendantTrivia().Where(IsComment)
            let text = comment.ToFullString()
            from mark in Mark().Matches(text)
            where mark.Value != "TODO" || !ReasonAndCondition().IsMatch(text.AsSpan(mark.Index))
            select new Violation(file.Path, file.LineOf(comment.FullSpan.Start + mark.Index), $"{mark.Value} without reason and condition");
    }

    private static bool IsComment(SyntaxTrivia trivia)
    {
        return trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)
            || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)
            || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia);
    }

    [GeneratedRegex(@"(?<!`)\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Mark();

    /// <summary>At least two words of reason, then a condition.</summary>
    [GeneratedRegex(@"^TODO: \S+\s+\S+.*\b(until|when|once|after) \S+", RegexOptions.Singleline)]
    private static partial Regex ReasonAndCondition();
}
