using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Certificates.Keeping;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Automation;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The word for a known issuer, or the URL of an ACME directory.</summary>
internal sealed class IssuerDirectoryType : ConfigType<IssuerDirectory>
{
    private static readonly HttpUrlType Url = new(isSecure: true);

    private static readonly WordType<IssuerDirectory> Word = new([.. WellKnownIssuers.Directories
        .OrderBy(known => known.Key, StringComparer.Ordinal)
        .Select(known => new Word<IssuerDirectory>(known.Key, new IssuerDirectory(known.Key, known.Value)))]);

    internal override string Expected => $"{Word.Expected} or a URL";

    internal override string Name => $"{Word.Name} or URL";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(Word.DescribeSchema(schema), Url.DescribeSchema(schema));

    /// <summary>The directory of a known issuer.</summary>
    internal static IssuerDirectory Known(string word) => new(word, WellKnownIssuers.Directories[word]);

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out IssuerDirectory value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return RefuseKind(node, diagnostics);
        }

        if (!scalar.Text.Contains("://", StringComparison.Ordinal))
        {
            return Word.TryRead(node, diagnostics, out value);
        }

        bool isUrl = Url.TryRead(node, diagnostics, out Uri? uri);
        value = isUrl ? new IssuerDirectory(uri!.Host, uri) : null;
        return isUrl;
    }
}
