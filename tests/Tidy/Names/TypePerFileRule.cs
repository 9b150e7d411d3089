using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Names;

/// <summary>
/// One type per file, and the file has its name. A generic type beside one without parameters is in a file with `Of` at its end:
/// `Pool` in Pool.cs, `Pool&lt;T&gt;` in PoolOf.cs.
/// </summary>
public sealed class TypePerFileRule : IRule
{
    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.IsCSharp))
        {
            MemberDeclarationSyntax[] types = [.. file.TopLevelTypes()];
            foreach (MemberDeclarationSyntax further in types.Skip(1))
            {
                yield return file.At(further, $"a second type in one file: {NameOf(further)}");
            }

            if (types.Length > 0 && file.Name != NameOf(types[0]) && !(IsGeneric(types[0]) && file.Name == NameOf(types[0]) + "Of"))
            {
                yield return file.At(types[0], $"the file of {NameOf(types[0])} must have its name");
            }
        }
    }

    private static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax named => named.Identifier.Text,
        DelegateDeclarationSyntax named => named.Identifier.Text,
        _ => "",
    };

    private static bool IsGeneric(MemberDeclarationSyntax type)
    {
        return type is TypeDeclarationSyntax { TypeParameterList: not null } or DelegateDeclarationSyntax { TypeParameterList: not null };
    }
}
