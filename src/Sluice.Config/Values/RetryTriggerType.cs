using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>An end of an attempt: a word, a status, or <c>4xx</c> or <c>5xx</c>.</summary>
/// <param name="words">The words.</param>
internal sealed class RetryTriggerType(params Word<RetryConditions>[] words) : ScalarType<RetryTriggers>
{
    internal override string Expected => $"{string.Join(" or ", words.Select(known => $"`{known.Text}`"))} or a status such as `503` or `5xx`";

    internal override string Name => $"{string.Join(" or ", words.Select(known => $"`{known.Text}`"))} or status";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(
        schema.Words(words.Select(known => known.Text)), schema.Integer(400, 599), schema.Text("status or class", "[45]([Xx]{2}|[0-9]{2})"));

    /// <summary>All of several.</summary>
    internal static RetryTriggers Join(IReadOnlyList<RetryTriggers> triggers) => new(
        triggers.Aggregate(RetryConditions.None, (all, trigger) => all | trigger.Conditions), [.. triggers.SelectMany(trigger => trigger.Statuses).Distinct()]);

    protected override bool TryParse(
        ScalarNode scalar, [MaybeNullWhen(false)] out RetryTriggers value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = scalar.Text.ToLowerInvariant();
        int index = Array.FindIndex(words, known => known.Text == text);
        value = index >= 0 ? new RetryTriggers(words[index].Value, []) : TryParseStatus(text, out StatusSpan span) ? new RetryTriggers(RetryConditions.None, [span]) : null;
        problem = null;
        if (value is null)
        {
            string? nearest = NearestWord.Find(scalar.Text, words.Select(known => known.Text));
            problem = new ValueProblem(DiagnosticCodes.UnknownWord, $"unknown word `{scalar.Text}`", nearest is null ? "or a status: 400 to 599, `4xx` or `5xx`" : $"did you mean `{nearest}`?")
            {
                ValidHere = [.. words.Select(known => known.Text), "503", "5xx"],
            };
        }

        return value is not null;
    }

    private static bool TryParseStatus(string text, out StatusSpan span)
    {
        bool isClass = text is "4xx" or "5xx";
        int status = 0;
        bool isStatus = isClass || (text.Length == 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 400 and <= 599);
        int first = isClass ? (text[0] - '0') * 100 : status;
        span = new StatusSpan(first, isClass ? first + 99 : first);
        return isStatus;
    }
}
