namespace Sluice.Http.Caching;

/// <summary>What becomes of responses with <c>Set-Cookie</c>, which RFC 9111, section 7.3, leaves to the cache.</summary>
public enum CookieRule : byte
{
    /// <summary>They are not stored, unless <c>no-cache</c> or <c>private</c> names the field, which is then left out.</summary>
    Refuse,

    /// <summary>They are stored without it.</summary>
    Strip,

    /// <summary>They are stored with it: everybody gets the cookie of whoever was first.</summary>
    Keep,
}
