using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Values;
using Sluice.Config.Yaml;

namespace Sluice.Config.Schema.Caching;

/// <summary>The methods of requests that are answered from a cache: GET, with or without HEAD.</summary>
internal sealed class CachedMethodsType : ConfigType<IReadOnlyList<string>>
{
    private static readonly ConfigType<IReadOnlyList<string>> Words = Forms.OneOrMany(new WordType<string>(new("GET", "GET"), new("HEAD", "HEAD")));

    internal override string Expected => Words.Expected;

    internal override string Name => Words.Name;

    internal override JsonObject DescribeSchema(SchemaWriter schema) => Words.DescribeSchema(schema);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out IReadOnlyList<string> value)
    {
        if (!Words.TryRead(node, diagnostics, out value))
        {
            return false;
        }

        if (value.Count > 0 && !value.Contains("GET"))
        {
            diagnostics.Add(DiagnosticCodes.ImpossibleCache, "what is stored comes from GET, which is not among the methods", node.Location, "`[GET, HEAD]`, or `GET` alone");
        }

        return true;
    }
}
