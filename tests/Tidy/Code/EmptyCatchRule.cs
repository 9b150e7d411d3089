using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Code;

/// <summary>No empty catch: it does something, or a comment in it says why there is nothing to do.</summary>
public sealed class EmptyCatchRule : IRule
{
    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return
            from file in files
            where file.IsCSharp
            from clause in file.Syntax.DescendantNodes().OfType<CatchClauseSyntax>()
            where clause.Block.Statements.Count == 0 && !clause.Block.DescendantTrivia().Any(IsComment)
            select file.At(clause, "an empty catch");
    }

    private static bool IsComment(SyntaxTrivia trivia)
    {
        return trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
    }
}
