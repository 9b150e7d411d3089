using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy;

/// <summary>A text file of the repository, C# parsed on demand.</summary>
public sealed class SourceFile
{
    private readonly Lazy<CompilationUnitSyntax> _syntax;

    /// <param name="path">Relative to the repository's root, with forward slashes.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        _syntax = new Lazy<CompilationUnitSyntax>(() => CSharpSyntaxTree.ParseText(text, options).GetCompilationUnitRoot());
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>File name without folder and extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsProject => Path.EndsWith(".csproj", StringComparison.Ordinal) || Path.EndsWith(".props", StringComparison.Ordinal);

    public bool IsMarkdown => Path.EndsWith(".md", StringComparison.Ordinal);

    public bool IsTest => IsUnder("tests/");

    public CompilationUnitSyntax Syntax => _syntax.Value;

    public bool IsUnder(string folder) => Path.StartsWith(folder, StringComparison.Ordinal);

    /// <summary>The types that stand in no other type.</summary>
    public IEnumerable<MemberDeclarationSyntax> TopLevelTypes()
    {
        return Syntax.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);
    }

    /// <summary>The line of a character, from 1.</summary>
    public int LineOf(int position) => 1 + Text.AsSpan(0, position).Count('\n');

    public Violation At(SyntaxNode node, string message) => new(Path, LineOf(node.SpanStart), message);
}
