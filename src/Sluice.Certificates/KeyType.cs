namespace Sluice.Certificates;

/// <summary>The kind of a certificate's key.</summary>
public enum KeyType
{
    /// <summary>ECDSA on P-256: small, quick and understood by everyone. The default.</summary>
    P256,

    /// <summary>ECDSA on P-384.</summary>
    P384,

    /// <summary>RSA with 2048 bits, for old clients.</summary>
    Rsa2048,

    /// <summary>RSA with 3072 bits.</summary>
    Rsa3072,

    /// <summary>RSA with 4096 bits.</summary>
    Rsa4096,
}
