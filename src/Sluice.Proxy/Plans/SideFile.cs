namespace Sluice.Proxy.Plans;

/// <summary>A file beside another with the same content, compressed.</summary>
/// <param name="Coding">The content coding (RFC 9110, section 8.4.1): <c>br</c>.</param>
/// <param name="Ending">What is put behind the name: <c>.br</c>.</param>
public sealed record SideFile(string Coding, string Ending)
{
    /// <summary>Those that are known, by their codings.</summary>
    public static IReadOnlyList<SideFile> All { get; } = [new("br", ".br"), new("zstd", ".zst"), new("gzip", ".gz")];
}
