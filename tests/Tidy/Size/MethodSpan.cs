using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Size;

/// <summary>A method and how many lines it has, from its signature (attributes and comments left out) to its end.</summary>
/// <param name="Key">`path::Type.Method`, as the allow-list writes it. Overloads share a key: the longest counts.</param>
public sealed record MethodSpan(SourceFile File, SyntaxNode Node, string Key, int Lines)
{
    public static IEnumerable<MethodSpan> In(SourceFile file)
    {
        foreach (SyntaxNode node in file.Syntax.DescendantNodes())
        {
            if (NameOf(node) is string name)
            {
                yield return Measure(file, node, name);
            }
        }
    }

    private static MethodSpan Measure(SourceFile file, SyntaxNode node, string name)
    {
        string type = node.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault()?.Identifier.Text ?? "";
        int start = StartOf(node);
        int lines = 1 + file.LineOf(node.Span.End) - file.LineOf(start);
        return new MethodSpan(file, node, $"{file.Path}::{type}.{name}", lines);
    }

    /// <summary>Null for what is no method. Top-level statements are measured by the rule on files: they are the file.</summary>
    private static string? NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        DestructorDeclarationSyntax => "Finalize",
        OperatorDeclarationSyntax operation => "operator" + operation.OperatorToken.Text,
        ConversionOperatorDeclarationSyntax conversion => "operator " + conversion.Type,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } accessor =>
            $"{property.Identifier.Text}.{accessor.Keyword.Text}",
        AccessorDeclarationSyntax accessor => $"this.{accessor.Keyword.Text}",
        PropertyDeclarationSyntax { ExpressionBody: not null } property => property.Identifier.Text,
        _ => null,
    };

    private static int StartOf(SyntaxNode node)
    {
        int afterAttributes = node is MemberDeclarationSyntax { AttributeLists.Count: > 0 } member ? member.AttributeLists[^1].Span.End : -1;
        return afterAttributes < 0 ? node.SpanStart : node.FindToken(afterAttributes - 1).GetNextToken().SpanStart;
    }
}
