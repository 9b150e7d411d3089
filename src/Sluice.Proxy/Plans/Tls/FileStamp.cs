namespace Sluice.Proxy.Plans.Tls;

/// <summary>A file as it was when it was read.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ModifiedTicks">When it was last written, in ticks of UTC.</param>
public sealed record FileStamp(string Path, long Length, long ModifiedTicks);
