namespace Sluice.Proxy.Caching;

/// <summary>What is stored under a key.</summary>
internal enum StoredKind : byte
{
    /// <summary>A response.</summary>
    Response = 0,

    /// <summary>The fields that responses vary by: the responses are under keys with what requests say in these.</summary>
    Variants,

    /// <summary>That a response was not to be stored, so that for a while nobody waits for somebody else's.</summary>
    Unstorable,
}
