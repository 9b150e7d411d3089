using System.Xml.Linq;

namespace Sluice.Tidy.Projects;

/// <summary>
/// References between the projects in src go one way: Cli → Admin → Config → Proxy → Http, Reactor; Certificates knows none of them. A project refers only to lower
/// layers, never to one beside it, and never to tests or benchmarks.
/// </summary>
public sealed class ReferenceDirectionRule : IRule
{
    private static readonly Dictionary<string, int> Layers = new()
    {
        ["Sluice.Certificates"] = 0,
        ["Sluice.Http"] = 0,
        ["Sluice.Reactor"] = 0,
        ["Sluice.Proxy"] = 1,
        ["Sluice.Config"] = 2,
        ["Sluice.Admin"] = 3,
        ["Sluice.Cli"] = 4,
    };

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return files.Where(file => file.IsProject && file.IsUnder("src/") && file.Path.EndsWith(".csproj", StringComparison.Ordinal))
            .SelectMany(CheckProject);
    }

    private static IEnumerable<Violation> CheckProject(SourceFile file)
    {
        if (!Layers.TryGetValue(file.Name, out int own))
        {
            yield return new Violation(file.Path, 1, $"{file.Name} has no layer: give it one in {nameof(ReferenceDirectionRule)}");
            yield break;
        }

        foreach (XElement reference in XDocument.Parse(file.Text).Descendants("ProjectReference"))
        {
            string target = Path.GetFileNameWithoutExtension(((string?)reference.Attribute("Include") ?? "").Replace('\\', '/'));
            if (!Layers.TryGetValue(target, out int other) || other >= own)
            {
                yield return new Violation(file.Path, 1, $"{file.Name} must not refer to {target}");
            }
        }
    }
}
