using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Code;

/// <summary>Nothing ever blocks a reactor, so nothing in src sleeps.</summary>
public sealed class BlockingSleepRule : IRule
{
    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return
            from file in files
            where file.IsCSharp && file.IsUnder("src/")
            from access in file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            where access.Name.Identifier.Text == "Sleep" && access.Expression.ToString().EndsWith("Thread", StringComparison.Ordinal)
            select file.At(access, "Thread.Sleep blocks a thread");
    }
}
