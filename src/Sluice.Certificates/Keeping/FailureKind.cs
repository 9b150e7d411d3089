namespace Sluice.Certificates.Keeping;

/// <summary>What a failed attempt says about the next one.</summary>
internal enum FailureKind
{
    /// <summary>The challenge failed: another kind may do better.</summary>
    Challenge,

    /// <summary>The issuer failed: it may have recovered in a moment, or another does better.</summary>
    Issuer,

    /// <summary>The issuer refused, and would refuse again: only another can help.</summary>
    Refusal,

    /// <summary>This machine failed: no issuer is troubled until that is over.</summary>
    Local,
}
