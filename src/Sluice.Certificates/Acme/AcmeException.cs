namespace Sluice.Certificates.Acme;

/// <summary>An issuer refused something, or didn't answer as the protocol says.</summary>
internal sealed class AcmeException : CertificateException
{
    public AcmeException()
    {
    }

    public AcmeException(string message)
        : base(message)
    {
    }

    public AcmeException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The problem's type without the prefix of ACME (RFC 8555, section 6.7); empty when there was no problem document.</summary>
    public string Type { get; init; } = "";

    /// <summary>What the issuer says about it; empty when it says nothing.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Problems of single identifiers (section 6.7.1).</summary>
    public IReadOnlyList<AcmeSubproblem> Subproblems { get; init; } = [];

    /// <summary>How long not to come again; null when the issuer doesn't say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The status of the answer; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>Whether a challenge failed, so that another kind of challenge may do better.</summary>
    public bool IsOfValidation { get; init; }
}
