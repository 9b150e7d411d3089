namespace Sluice.Http.Representations;

/// <summary>How a request with <c>Range</c> is answered (RFC 9110, section 14.2).</summary>
public enum RangeOutcome
{
    /// <summary>200: as if it had none.</summary>
    Whole = 0,

    /// <summary>206 with the ranges.</summary>
    Partial,

    /// <summary>416: none of them begins within the representation.</summary>
    Unsatisfiable,
}
