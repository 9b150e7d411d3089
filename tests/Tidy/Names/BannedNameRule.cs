using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Names;

/// <summary>Names say what a thing does: words that fit everything are refused in types, files and folders.</summary>
public sealed partial class BannedNameRule : IRule
{
    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.IsCSharp || file.IsProject))
        {
            if (Banned().Match(file.Path) is { Success: true } inPath)
            {
                yield return new Violation(file.Path, 1, $"'{inPath.Value}' in a file or folder name says nothing");
            }

            foreach (BaseTypeDeclarationSyntax type in file.IsCSharp ? TypesIn(file) : [])
            {
                if (Banned().Match(type.Identifier.Text) is { Success: true } inType)
                {
                    yield return file.At(type, $"'{inType.Value}' in the type name {type.Identifier.Text} says nothing");
                }
            }
        }
    }

    private static IEnumerable<BaseTypeDeclarationSyntax> TypesIn(SourceFile file)
    {
        return file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>();
    }

    /// <summary>As whole words of a PascalCase name: `Helper` in `PathHelper`, not `Misc` in `Miscount`.</summary>
    [GeneratedRegex("(Helper|Manager|Util|Utility|Utilitie|Common|Infrastructure|Misc)s?(?![a-z])")]
    private static partial Regex Banned();
}
