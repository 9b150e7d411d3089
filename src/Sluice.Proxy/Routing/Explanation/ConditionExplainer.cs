using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Conditions;

namespace Sluice.Proxy.Routing.Explanation;

/// <summary>Says why a condition does not hold: what was expected, and what was found.</summary>
internal static class ConditionExplainer
{
    /// <summary>Whether a condition holds.</summary>
    internal static bool Holds(MatchCondition condition, in RouteInput input) => ConditionCompiler.Compile(condition).Matches(input);

    /// <summary>Why one does not hold that doesn't.</summary>
    internal static string WhyNot(MatchCondition condition, in RouteInput input)
    {
        switch (condition)
        {
            case AllCondition all:
                foreach (MatchCondition one in all.Conditions)
                {
                    if (!Holds(one, input))
                    {
                        return WhyNot(one, input);
                    }
                }

                return "it holds";
            case AnyCondition any:
                var reasons = new List<string>();
                foreach (MatchCondition one in any.Conditions)
                {
                    reasons.Add(WhyNot(one, input));
                }

                return $"none of several: {string.Join("; ", reasons)}";
            case NotCondition not:
                return $"expected {not}, but it is so";
            default:
                return $"expected {condition}, got {Actual(condition, input)}";
        }
    }

    private static string Actual(MatchCondition condition, in RouteInput input) => condition switch
    {
        MethodCondition => Text(input.Request.MethodText),
        HeaderCondition header => Lines(input.Request.Fields, Encoding.ASCII.GetBytes(header.Name)),
        CookieCondition => Lines(input.Request.Fields, "cookie"u8),
        QueryCondition => input.Request.HasQuery ? $"?{Text(input.Request.Query)}" : "no query",
        ClientAddressCondition => input.ClientAddress == default ? "none" : input.ClientAddress.ToString(),
        SchemeCondition => input.IsHttps ? "https" : "http",
        SniCondition => input.Sni.IsEmpty ? "none" : Text(input.Sni),
        ListenerCondition => input.Listener?.Name ?? input.Listener?.Text ?? "none",
        PercentageCondition => "the rest",
        HostCondition => Text(input.Request.Host),
        _ => Text(input.Request.Path),
    };

    private static string Lines(FieldTable fields, ReadOnlySpan<byte> name)
    {
        var values = new List<string>();
        for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
        {
            values.Add($"\"{Text(fields.Value(i))}\"");
        }

        return values.Count == 0 ? "none" : string.Join(" and ", values);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
