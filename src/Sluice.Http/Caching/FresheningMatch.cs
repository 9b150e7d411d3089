namespace Sluice.Http.Caching;

/// <summary>How a 304 tells that it means a stored response (RFC 9111, section 4.3.4).</summary>
public enum FresheningMatch : byte
{
    /// <summary>It doesn't: the stored response must not be updated from it.</summary>
    None,

    /// <summary>By a strong validator: every stored response with this match is updated.</summary>
    Strong,

    /// <summary>By a weak one: the most recent stored response with this match is updated.</summary>
    Weak,

    /// <summary>By having no validator, where the only stored response has none either.</summary>
    Sole,

    /// <summary>
    /// By having no validator, in answer to a condition with the validators of this stored response alone. Section 4.3.4 doesn't have this case; servers that leave the
    /// tag out of their 304 (against RFC 9110, section 15.4.5) can't mean anything else.
    /// </summary>
    Asked,
}
