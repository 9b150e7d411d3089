namespace Sluice.Http.Caching;

/// <summary>What the definitions of status codes say about storing.</summary>
public static class CacheableStatus
{
    /// <summary>Whether a response may be stored, and its lifetime be guessed, without a word from the server (RFC 9110, section 15.1).</summary>
    public static bool IsHeuristic(int status) => status is 200 or 203 or 204 or 206 or 300 or 301 or 308 or 404 or 405 or 410 or 414 or 501;

    /// <summary>
    /// Whether all that there is to observe about a status when it is stored is observed here: what <c>must-understand</c> asks for (RFC 9111, section 5.2.2.3).
    /// 206 and 304 have rules of their own.
    /// </summary>
    public static bool IsUnderstood(int status) => IsHeuristic(status)
        || status is 302 or 303 or 307 or 401 or 402 or 403 or 406 or 409 or 422 or 424 or 451 or 500 or 502 or 503 or 504;

    /// <summary>
    /// Whether a status speaks of the one request and not of the resource: malformed or too large, conditions and ranges that other requests don't have, the
    /// client's rate, its connection, who it says it is. To store it would let one client's odd request deny the resource to all others. RFC 6585 and RFC 8470 forbid it
    /// for 428, 429, 431, 511 and 425.
    /// </summary>
    public static bool IsOfOneRequest(int status) =>
        status is 400 or 401 or 407 or 408 or 411 or 412 or 413 or 415 or 416 or 417 or 421 or 425 or 426 or 428 or 429 or 431 or 511;
}
