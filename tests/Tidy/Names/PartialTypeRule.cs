using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Names;

/// <summary>No partial type, except where a source generator writes the other part.</summary>
public sealed class PartialTypeRule : IRule
{
    private static readonly HashSet<string> GeneratorAttributes =
        ["LibraryImport", "GeneratedRegex", "LoggerMessage", "JsonSerializable", "JsonSourceGenerationOptions"];

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return
            from file in files
            where file.IsCSharp
            from type in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type.Modifiers.Any(SyntaxKind.PartialKeyword) && !IsGenerated(type)
            select file.At(type, $"{type.Identifier.Text} is partial, and no source generator needs it");
    }

    /// <summary>Also the outer types of such a type, which must be partial with it.</summary>
    private static bool IsGenerated(TypeDeclarationSyntax type)
    {
        return type.DescendantNodes().OfType<AttributeSyntax>().Any(attribute => GeneratorAttributes.Contains(NameOf(attribute)));
    }

    private static string NameOf(AttributeSyntax attribute) => attribute.Name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => "",
    };
}
