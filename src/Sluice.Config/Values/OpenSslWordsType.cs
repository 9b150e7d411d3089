using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A list in OpenSSL's words, or the words in one text with colons between them; read into such a text.</summary>
/// <param name="words">The words that are allowed, and how OpenSSL is told.</param>
internal sealed class OpenSslWordsType(params Word<string>[] words) : ConfigType<string>
{
    private static readonly ListType<string> List = new(new TextType());

    private static readonly string[] ForwardSecret =
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-AES256-CCM",
    ];

    private static readonly string[] Suites =
        ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"];

    /// <summary>The ciphers of TLS 1.2 with forward secrecy and authenticated encryption (RFC 9325, section 4.2).</summary>
    internal static OpenSslWordsType Ciphers { get; } = new([.. ForwardSecret.Select(word => new Word<string>(word, word))]);

    /// <summary>The cipher suites of TLS 1.3 (RFC 8446, appendix B.4), but for the one with a short tag.</summary>
    internal static OpenSslWordsType CipherSuites { get; } = new([.. Suites.Select(word => new Word<string>(word, word))]);

    /// <summary>The groups of TLS 1.3 (RFC 8446, section 4.2.7), some of them by several names.</summary>
    internal static OpenSslWordsType Groups { get; } = new(
        new("X25519", "X25519"), new("X448", "X448"), new("P-256", "P-256"), new("P-384", "P-384"), new("P-521", "P-521"),
        new("prime256v1", "P-256"), new("secp256r1", "P-256"), new("secp384r1", "P-384"), new("secp521r1", "P-521"));

    internal override string Expected => "a list of words";

    internal override string Name => "list of words";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(
        SchemaWriter.Text(),
        new JsonObject { ["type"] = "array", ["items"] = schema.Words(words.Select(word => word.Text)), ["minItems"] = 1 });

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out string value)
    {
        var read = new List<string>();
        value = null;
        if (node is ScalarNode { IsNull: false } scalar)
        {
            Array.ForEach(scalar.Text.Split(':'), word => Read(word, scalar, read, diagnostics));
        }
        else if (!List.TryRead(node, diagnostics, out _))
        {
            return false;
        }
        else
        {
            foreach (ScalarNode item in ((SequenceNode)node).Items.OfType<ScalarNode>())
            {
                Read(item.Text, item, read, diagnostics);
            }
        }

        value = string.Join(':', read.Distinct());
        return read.Count > 0;
    }

    private void Read(string text, ScalarNode at, List<string> read, DiagnosticBag diagnostics)
    {
        if (Array.Find(words, known => known.Text == text) is { } word)
        {
            read.Add(word.Value);
            return;
        }

        string? nearest = NearestWord.Find(text, words.Select(known => known.Text));
        diagnostics.Add(new Diagnostic(DiagnosticCodes.UnknownWord, $"unknown word `{text}`", at.Location)
        {
            Hint = nearest is null ? null : $"did you mean `{nearest}`?",
            ValidHere = [.. words.Select(known => known.Text)],
        });
    }
}
