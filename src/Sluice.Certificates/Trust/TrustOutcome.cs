namespace Sluice.Certificates.Trust;

/// <summary>What became of a root in a store.</summary>
public enum TrustOutcome
{
    /// <summary>It is trusted from now on.</summary>
    Installed,

    /// <summary>It was trusted before.</summary>
    AlreadyInstalled,

    /// <summary>It is not trusted any more.</summary>
    Removed,

    /// <summary>There was nothing to remove.</summary>
    NotInstalled,

    /// <summary>The store could not be changed.</summary>
    Failed,
}
