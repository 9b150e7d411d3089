namespace Sluice.Http.Tests.Caching;

/// <summary>
/// The requirements of RFC 9111 on a shared cache, by section and in the order of the text. Tests name those they are about by
/// <c>[Trait("RFC9111", "section-number")]</c>; <c>Rfc9111RequirementsTests</c>, here and among the scenarios, sees to it that none is left out.
/// What only shows in the running proxy is told apart, and so is what can't apply to it.
/// </summary>
internal static class Rfc9111Requirements
{
    /// <summary>What the decisions of this library have to keep.</summary>
    internal static readonly Dictionary<string, string> Decided = new(StringComparer.Ordinal)
    {
        ["1.2.2-1"] = "MUST take a delta-seconds that is too large, or overflows later, as 2^31",
        ["3-1"] = "MUST NOT store unless the method is understood",
        ["3-2"] = "MUST NOT store unless the status is final",
        ["3-3"] = "MUST NOT store 206, 304 or with must-understand unless the status is understood",
        ["3-4"] = "MUST NOT store with no-store in the response",
        ["3-5"] = "MUST NOT store with private, unless it allows a modified response",
        ["3-6"] = "MUST NOT store with Authorization in the request, unless a directive allows it",
        ["3-7"] = "MUST NOT store unless one of public, Expires, max-age, s-maxage or the status allows it",
        ["3.1-1"] = "MUST store all fields, those that are not known as well",
        ["3.1-2"] = "Connection and what it names is left out",
        ["3.1-3"] = "what no-cache and private name is left out",
        ["3.1-4"] = "MUST NOT store fields that are specific to a proxy",
        ["3.2-1"] = "MUST add each field of the new response, in place of what is stored under its name",
        ["3.2-2"] = "with the exceptions of 3.1, Content-Length, and what the stored content depends on",
        ["3.3-1"] = "MUST NOT store incomplete responses without understanding ranges and their units",
        ["3.5-1"] = "MUST NOT use a response to an authenticated request for others, unless must-revalidate, public or s-maxage allows it",
        ["4-3"] = "MUST NOT reuse unless the nominated fields match",
        ["4-4"] = "MUST NOT reuse with no-cache unless validated",
        ["4-5"] = "MUST NOT reuse unless fresh, allowed stale, or validated",
        ["4-8"] = "MUST use the most recent of several suitable responses",
        ["4.1-1"] = "MUST NOT use a response whose Vary names a field that differs",
        ["4.1-2"] = "a field that is absent matches only where it is absent",
        ["4.1-3"] = "a Vary with a star never matches",
        ["4.2-1"] = "SHOULD match dates without regard to case",
        ["4.2-3"] = "MUST NOT let local time zones have influence",
        ["4.2-4"] = "SHOULD take a zone other than GMT as invalid",
        ["4.2.1-1"] = "s-maxage, then max-age, then Expires minus Date",
        ["4.2.1-2"] = "of several values the first counts, or the response is stale",
        ["4.2.1-3"] = "of directives that conflict the most restrictive counts",
        ["4.2.1-4"] = "what is invalid makes the response stale",
        ["4.2.2-1"] = "MUST NOT use heuristics where there is an explicit time",
        ["4.2.2-2"] = "heuristics only for statuses that allow them, or with a word that does",
        ["4.2.2-3"] = "a fraction of the time since the last change",
        ["4.2.3-1"] = "MUST interpret Age relative to the time of the request",
        ["4.2.3-2"] = "the age is the larger of the apparent and the corrected one, and grows while it is stored",
        ["4.2.4-1"] = "MUST NOT serve stale where a directive prohibits it",
        ["4.2.4-2"] = "MUST NOT serve stale unless disconnected or permitted",
        ["4.3.1-1"] = "MUST send the entity tags",
        ["4.3.1-2"] = "SHOULD send Last-Modified when a single response is validated",
        ["4.3.2-5"] = "MAY send the union of tags, each once",
        ["4.3.3-2"] = "a 5xx may be answered with what is stored, within the limits of 4.2.4",
        ["4.3.4-1"] = "strong validators select all with the same; MUST NOT update others",
        ["4.3.4-2"] = "weak validators select the most recent with the same",
        ["4.3.4-3"] = "no validator selects the only response, if it has none either",
        ["4.3.4-4"] = "MUST update the fields of those selected",
        ["4.3.5-1"] = "SHOULD update from a HEAD whose validators and length match",
        ["4.3.5-2"] = "SHOULD take the stored response as stale otherwise",
        ["4.4-1"] = "MUST invalidate the target after a non-error response to an unsafe method",
        ["4.4-2"] = "MUST NOT invalidate a URI of another origin",
        ["5.1-1"] = "SHOULD use the first member of a list in Age",
        ["5.1-2"] = "SHOULD ignore an invalid Age",
        ["5.2-1"] = "directives are passed through",
        ["5.2.1.1-1"] = "max-age of a request",
        ["5.2.1.2-1"] = "max-stale of a request",
        ["5.2.1.3-1"] = "min-fresh of a request",
        ["5.2.1.4-1"] = "no-cache of a request",
        ["5.2.1.5-1"] = "MUST NOT store with no-store in the request",
        ["5.2.1.7-1"] = "SHOULD answer only-if-cached with what is stored, or 504",
        ["5.2.2.1-1"] = "max-age of a response",
        ["5.2.2.2-1"] = "MUST NOT reuse a stale response with must-revalidate, not even when disconnected",
        ["5.2.2.3-1"] = "SHOULD ignore no-store beside must-understand where the status is understood",
        ["5.2.2.4-1"] = "MUST NOT use a response with no-cache without validation",
        ["5.2.2.4-2"] = "MAY use a response with qualified no-cache without the fields it names",
        ["5.2.2.5-1"] = "MUST NOT store with no-store",
        ["5.2.2.7-1"] = "MUST NOT store with private",
        ["5.2.2.7-2"] = "MUST NOT store the fields that qualified private names",
        ["5.2.2.8-1"] = "MUST NOT reuse a stale response with proxy-revalidate",
        ["5.2.2.9-1"] = "public allows to store what would be prohibited otherwise",
        ["5.2.2.10-1"] = "s-maxage overrides max-age and Expires; MUST NOT reuse stale with it",
        ["5.2.3-1"] = "MUST ignore directives that are not known",
        ["5.3-1"] = "MUST take invalid dates in Expires as past",
        ["5.3-2"] = "MUST ignore Expires beside max-age or s-maxage",
        ["5.4-1"] = "Pragma: no-cache counts where there is no Cache-Control",
    };

    /// <summary>What only shows in the running proxy, and is tested there.</summary>
    internal static readonly Dictionary<string, string> InProxy = new(StringComparer.Ordinal)
    {
        ["3.1-5"] = "MUST NOT combine trailers with header fields",
        ["3.3-2"] = "MUST NOT answer with an incomplete response, unless the request is for a range within it",
        ["3.3-3"] = "MUST NOT send a part without 206",
        ["3.4-1"] = "MUST update the stored fields when ranges are combined",
        ["4-1"] = "MUST NOT reuse unless the target URI matches",
        ["4-2"] = "MUST NOT reuse unless the method allows it",
        ["4-6"] = "MUST generate Age, in place of what is there",
        ["4-7"] = "MUST write through requests with unsafe methods",
        ["4.1-4"] = "SHOULD choose the most recent response with a valid Vary",
        ["4.3.2-1"] = "SHOULD evaluate the conditions of a request that can be answered from the cache",
        ["4.3.2-2"] = "MUST NOT evaluate conditions that are meant for the server: If-Match, If-Unmodified-Since",
        ["4.3.2-3"] = "SHOULD use Date for If-Modified-Since where there is no Last-Modified",
        ["4.3.2-4"] = "MUST answer 200 when the tag of a 304 isn't in the client's list",
        ["4.3.2-6"] = "MUST NOT send the tag of a partial response for another range",
        ["4.3.3-1"] = "MUST use a full response to a validation",
        ["4.3.5-3"] = "MUST use the fields of the HEAD response for an update (none is made: what doesn't match is made stale instead)",
        ["5.2.1.6-1"] = "no-transform of a request",
        ["5.2.2.2-2"] = "MUST answer with an error, SHOULD be 504, when disconnected with must-revalidate",
        ["5.2.2.6-1"] = "MUST NOT transform content with no-transform",
    };

    /// <summary>What can't apply.</summary>
    internal static readonly Dictionary<string, string> NotApplicable = new(StringComparer.Ordinal)
    {
        ["4-9"] = "a cache without a clock: there is one",
        ["4.2-2"] = "a clock with less resolution than a date: both have seconds",
    };
}
