namespace Sluice.Http.Caching;

/// <summary>What the <c>Vary</c> of a response comes to.</summary>
public enum VaryOutcome : byte
{
    /// <summary>There is none, or it names nothing: every request with the same key matches.</summary>
    None,

    /// <summary>It names fields.</summary>
    Names,

    /// <summary>It has a <c>*</c>, or can't be read: no request ever matches (RFC 9111, section 4.1).</summary>
    Any,

    /// <summary>It names more than is taken.</summary>
    TooMany,
}
