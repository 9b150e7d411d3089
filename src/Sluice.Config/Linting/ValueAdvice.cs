using System.Buffers;
using Sluice.Config.Diagnostics;
using Sluice.Config.Values;
using Sluice.Config.Yaml;

namespace Sluice.Config.Linting;

/// <summary>Advice about single values, wherever they stand: in the top level, in a route, a policy or the defaults.</summary>
internal static class ValueAdvice
{
    private const int TimeoutMsMax = 600_000;

    // Shorter ones are examples.
    private const int SecretCharsMin = 8;

    private static readonly DurationType Duration = new(0, int.MaxValue);
    private static readonly SearchValues<char> NotInSecrets = SearchValues.Create(" {}=,\"");
    private static readonly string[] Schemes = ["Bearer ", "Basic ", "Token "];

    internal static void Run(YamlNode node, DiagnosticBag advice)
    {
        switch (node)
        {
            case SequenceNode sequence:
                foreach (YamlNode item in sequence.Items)
                {
                    Run(item, advice);
                }

                break;
            case MappingNode mapping:
                foreach (MappingEntry entry in mapping.Entries)
                {
                    Check(entry, advice);
                    Run(entry.Value, advice);
                }

                break;
            case ScalarNode scalar when IsSecret(scalar):
                advice.Add(DiagnosticCodes.PlainSecret, "credentials are written in plain text", scalar.Location, "use `${file:…}` or `${env:…}`");
                break;
        }
    }

    private static void Check(MappingEntry entry, DiagnosticBag advice)
    {
        if (entry is { Key.Text: "half_close", Value: ScalarNode { Text: "true" or "True" or "TRUE" } })
        {
            advice.Add(DiagnosticCodes.HalfCloseAllowed, "clients may close their sending side and still get a response", entry.Key.Location);
        }

        if (entry is { Key.Text: "limits", Value: MappingNode limits })
        {
            foreach (MappingEntry limit in limits.Entries)
            {
                CheckTimeout(limit, advice);
            }
        }
    }

    private static void CheckTimeout(MappingEntry limit, DiagnosticBag advice)
    {
        bool isTimeout = limit.Key.Text.EndsWith("_timeout", StringComparison.Ordinal) && !limit.Key.Text.StartsWith("tunnel_", StringComparison.Ordinal);
        if (isTimeout && Duration.TryRead(limit.Value, new DiagnosticBag(), out int milliseconds) && milliseconds > TimeoutMsMax)
        {
            advice.Add(
                DiagnosticCodes.LongTimeout,
                $"`{limit.Key.Text}` is {DurationType.Format(milliseconds)}",
                limit.Value.Location,
                $"more than {DurationType.Format(TimeoutMsMax)} is for tunnels");
        }
    }

    // RFC 7235, section 2.1: a scheme, and credentials without spaces. One with variables or placeholders isn't plain text.
    private static bool IsSecret(ScalarNode scalar) =>
        scalar.Substitution is null
        && Schemes.FirstOrDefault(scheme => scalar.Text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) is { } scheme
        && scalar.Text.Length - scheme.Length >= SecretCharsMin
        && !scalar.Text.AsSpan(scheme.Length).TrimEnd('=').ContainsAny(NotInSecrets)
        && scalar.Text.AsSpan(scheme.Length).ContainsAnyInRange('0', '9');
}
