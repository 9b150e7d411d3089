namespace Sluice.Proxy.Transforms;

/// <summary>Where the parts of a rewritten target are in the memory they were written to; the path begins it.</summary>
internal readonly record struct RewrittenTarget(int PathLength, bool HasQuery, int QueryStart, int QueryLength);
