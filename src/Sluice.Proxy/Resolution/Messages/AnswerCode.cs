namespace Sluice.Proxy.Resolution.Messages;

/// <summary>How a question was answered (RFC 1035, section 4.1.1). Any value up to 15 may come.</summary>
internal enum AnswerCode
{
    /// <summary>With what there is, which may be nothing.</summary>
    Ok = 0,

    /// <summary>SERVFAIL: the name server could not find it out.</summary>
    ServerFailure = 2,

    /// <summary>NXDOMAIN: the name doesn't exist.</summary>
    NoSuchName = 3,

    /// <summary>REFUSED: the name server doesn't answer such questions, or not to us.</summary>
    Refused = 5,
}
