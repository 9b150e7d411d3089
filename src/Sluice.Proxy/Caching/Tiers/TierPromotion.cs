using Sluice.Proxy.Caching.Memory;

namespace Sluice.Proxy.Caching.Tiers;

/// <summary>Something in memory that is to be in the tier behind it as well.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Object">A reference, which is released when it is written or given up.</param>
internal readonly record struct TierPromotion(byte[] Key, MemoryObject Object);
