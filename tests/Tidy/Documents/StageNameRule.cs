using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Tidy.Documents;

/// <summary>
/// docs/request-lifecycle.md has a table whose first column is headed `stage`; it lists the members of the enum `PipelineStage`, in
/// backticks and in their order.
/// </summary>
public sealed partial class StageNameRule : IRule
{
    public const string DocumentPath = "docs/request-lifecycle.md";
    public const string CodePath = "src/Sluice.Proxy/Pipeline/PipelineStage.cs";

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        SourceFile? document = files.FirstOrDefault(file => file.Path == DocumentPath);
        SourceFile? code = files.FirstOrDefault(file => file.Path == CodePath);
        if (document is null || code is null)
        {
            return [new Violation(document is null ? DocumentPath : CodePath, 1, "the file is missing")];
        }

        string[] inCode = [.. code.Syntax.DescendantNodes().OfType<EnumMemberDeclarationSyntax>().Select(member => member.Identifier.Text)];
        string[] inDocument = [.. StagesIn(document)];
        if (inDocument.Length == 0)
        {
            return [new Violation(DocumentPath, 1, "no table of stages (| stage | ...)")];
        }

        Violation[] different =
        [
            .. inDocument.Except(inCode).Select(name => new Violation(DocumentPath, 1, $"the stage {name} is not in {CodePath}")),
            .. inCode.Except(inDocument).Select(name => new Violation(DocumentPath, 1, $"the stage {name} is not described")),
        ];
        return different.Length > 0 || inCode.SequenceEqual(inDocument)
            ? different
            : [new Violation(DocumentPath, 1, "the stages are in another order, or there twice")];
    }

    /// <summary>The first cells of the table's rows; a row without a name in backticks counts by its text.</summary>
    private static IEnumerable<string> StagesIn(SourceFile document)
    {
        return document.Text.Split('\n')
            .SkipWhile(line => !Header().IsMatch(line))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|')[1].Trim().Trim('`'));
    }

    [GeneratedRegex(@"^\|\s*stage\s*\|", RegexOptions.IgnoreCase)]
    private static partial Regex Header();
}
