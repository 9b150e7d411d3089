namespace Sluice.Http.Http1;

/// <summary>The methods of RFC 9110, section 9.3, and PATCH of RFC 5789. Methods are case-sensitive: <c>get</c> is <see cref="Other"/>.</summary>
public enum RequestMethod : byte
{
    /// <summary>Any other token.</summary>
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
    Patch,
    Trace,
    Connect,
}
