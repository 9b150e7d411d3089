namespace Sluice.Config.Automation;

/// <summary>Who can issue a certificate for a name.</summary>
internal enum NameKind
{
    /// <summary>A public issuer.</summary>
    Public,

    /// <summary>The local authority.</summary>
    Local,

    /// <summary>Nobody that clients know.</summary>
    Unknown,
}
