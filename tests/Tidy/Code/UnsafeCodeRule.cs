using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Code;

/// <summary>Unsafe code only in Sluice.Reactor, calls into native code only in its Interop folder.</summary>
public sealed class UnsafeCodeRule : IRule
{
    private const string UnsafeFolder = "src/Sluice.Reactor/";
    private const string NativeFolder = "src/Sluice.Reactor/Interop/";

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return files.Where(file => file.IsCSharp).SelectMany(CheckFile);
    }

    private static IEnumerable<Violation> CheckFile(SourceFile file)
    {
        foreach (SyntaxToken token in file.Syntax.DescendantTokens().Where(token => token.IsKind(SyntaxKind.UnsafeKeyword)))
        {
            if (!file.IsUnder(UnsafeFolder))
            {
                yield return file.At(token.Parent!, $"unsafe code outside of {UnsafeFolder}");
            }
        }

        foreach (AttributeSyntax attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>())
        {
            string name = attribute.Name.ToString();
            bool native = name.Contains("DllImport", StringComparison.Ordinal) || name.Contains("LibraryImport", StringComparison.Ordinal);
            if (native && !file.IsUnder(NativeFolder))
            {
                yield return file.At(attribute, $"native code is called outside of {NativeFolder}");
            }
        }
    }
}
