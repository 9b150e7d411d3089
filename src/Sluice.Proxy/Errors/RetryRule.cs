namespace Sluice.Proxy.Errors;

/// <summary>When a request that met an error may be sent again (RFC 9110, section 9.2.2).</summary>
public enum RetryRule
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Always, to another server where there is one: nothing was sent.</summary>
    NothingSent,

    /// <summary>Once, on a fresh connection, if the connection had been used before and the request was not sent or is idempotent without content.</summary>
    IfReused,

    /// <summary>Where <see cref="Plans.RetryPlan"/> says so, if the request is idempotent or may be repeated all the same.</summary>
    IfAsked,

    /// <summary>A few times, on another connection where there is one: the server has said that it didn't act on the request (RFC 9113, section 8.7).</summary>
    IfRefused,
}
