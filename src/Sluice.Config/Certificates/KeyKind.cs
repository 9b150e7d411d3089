namespace Sluice.Config.Certificates;

/// <summary>The kinds of keys that are taken.</summary>
internal enum KeyKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>RSA.</summary>
    Rsa,

    /// <summary>ECDSA on P-256, P-384 or P-521.</summary>
    Ecdsa,
}
