using System.Xml.Linq;

namespace Sluice.Tidy.Projects;

/// <summary>Only Sluice.Reactor may be compiled with unsafe code.</summary>
public sealed class UnsafeSettingRule : IRule
{
    private const string Allowed = "src/Sluice.Reactor/Sluice.Reactor.csproj";

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return
            from file in files
            where file.IsProject && file.Path != Allowed
            from setting in XDocument.Parse(file.Text).Descendants("AllowUnsafeBlocks")
            where !setting.Value.Equals("false", StringComparison.OrdinalIgnoreCase)
            select new Violation(file.Path, 1, $"AllowUnsafeBlocks is only for {Allowed}");
    }
}
