using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Code;

/// <summary>Nothing throws NotImplementedException: what is not there yet is not called either.</summary>
public sealed class UnfinishedCodeRule : IRule
{
    private const string Banned = "NotImplementedException";

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return
            from file in files
            where file.IsCSharp
            from name in file.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>()
            where name.Identifier.Text == Banned
            select file.At(name, Banned);
    }
}
