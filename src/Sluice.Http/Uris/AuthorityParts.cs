namespace Sluice.Http.Uris;

/// <summary>A parsed authority: where its canonical form is, and its parts.</summary>
/// <param name="HostLength">The host is the first so many bytes of the canonical form.</param>
/// <param name="AuthorityLength">The canonical form with its port, if that is not the default.</param>
/// <param name="Port">1 to 65535; 0 when it is the default or not given.</param>
/// <param name="IsRewritten">Whether the canonical form is in the scratch memory; otherwise it is the beginning of the text itself.</param>
public readonly record struct AuthorityParts(int HostLength, int AuthorityLength, int Port, bool IsRewritten);
