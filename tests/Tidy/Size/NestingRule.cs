using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Size;

/// <summary>
/// Statements nest at most four deep. `else if` continues its `if`, a local function starts anew, a lambda with a block is a level.
/// </summary>
public sealed class NestingRule : IRule
{
    public const int DepthMax = 4;

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return files.Where(file => file.IsCSharp).SelectMany(CheckFile);
    }

    private static IEnumerable<Violation> CheckFile(SourceFile file)
    {
        return file.Syntax.DescendantNodes()
            .Where(node => IsLevel(node) && DepthOf(node) == DepthMax + 1)
            .Select(node => file.At(node, $"nested deeper than {DepthMax}"));
    }

    private static int DepthOf(SyntaxNode node)
    {
        return node.AncestorsAndSelf()
            .TakeWhile(ancestor => ancestor is not (MemberDeclarationSyntax and not GlobalStatementSyntax) and not LocalFunctionStatementSyntax)
            .Count(IsLevel);
    }

    private static bool IsLevel(SyntaxNode node) => node switch
    {
        IfStatementSyntax => node.Parent is not ElseClauseSyntax,
        UsingStatementSyntax or FixedStatementSyntax => node.Parent?.GetType() != node.GetType(),
        ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax => true,
        SwitchStatementSyntax or TryStatementSyntax or LockStatementSyntax => true,
        AnonymousFunctionExpressionSyntax function => function.Block is not null,
        _ => false,
    };
}
