namespace Sluice.Proxy.Caching.Tiers;

/// <summary>
/// How far the purges of a tier had come: what was asked for from a server after a mark is not meant by the purges before it. A tier gives marks out and gets them back; nobody else
/// reads them.
/// </summary>
/// <param name="Value">The number of the last purge.</param>
/// <param name="Behind">That of the tier behind it, of two that are one to the cache; otherwise 0.</param>
public readonly record struct PurgeMark(long Value, long Behind = 0);
