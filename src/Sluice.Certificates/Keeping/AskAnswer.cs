namespace Sluice.Certificates.Keeping;

/// <summary>What the ask URL said about a name.</summary>
internal enum AskAnswer
{
    /// <summary>It may have a certificate.</summary>
    Allowed,

    /// <summary>It may not.</summary>
    Refused,

    /// <summary>Nothing, or nothing in time: nobody gets a new certificate by that, and nobody loses one.</summary>
    Unanswered,
}
