namespace Sluice.Http.Representations;

/// <summary>What the preconditions of a request come to (RFC 9110, section 13.2.2).</summary>
public enum PreconditionOutcome
{
    /// <summary>The request is done as if it had none.</summary>
    Proceed = 0,

    /// <summary>304: the client has the representation already.</summary>
    NotModified,

    /// <summary>412: the representation is not the one that the client means.</summary>
    PreconditionFailed,
}
