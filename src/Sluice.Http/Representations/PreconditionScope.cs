namespace Sluice.Http.Representations;

/// <summary>Who evaluates preconditions.</summary>
public enum PreconditionScope
{
    /// <summary>The origin of the resource: all of them.</summary>
    Origin = 0,

    /// <summary>A cache: <c>If-Match</c> and <c>If-Unmodified-Since</c> are for the origin (RFC 9111, section 4.3.2).</summary>
    Cache,
}
