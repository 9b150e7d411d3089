using Sluice.Config.Diagnostics;

namespace Sluice.Config.Loading;

/// <summary>A file of a configuration: under which name it is told of, and where it is.</summary>
/// <param name="ShownAs">As the operator wrote it, or relative to such a one.</param>
/// <param name="FullPath">Where relative paths in it begin: in its folder.</param>
/// <param name="Includer">The file that includes it; null for the first.</param>
/// <param name="From">Where it is included; null for the first.</param>
internal sealed record ConfigFile(string ShownAs, string FullPath, ConfigFile? Includer = null, SourceLocation? From = null)
{
    internal string Folder => Path.GetDirectoryName(FullPath) ?? "/";

    /// <summary>How many files lie between the first and this one; 0 for the first.</summary>
    internal int Depth => Includer is null ? 0 : Includer.Depth + 1;

    /// <summary>What it is, whatever symbolic link it is reached by.</summary>
    internal string Identity { get; } = IdentityOf(FullPath);

    /// <summary>From the first file to this one.</summary>
    internal IEnumerable<ConfigFile> Chain => Includer is null ? [this] : [.. Includer.Chain, this];

    /// <summary>A file that this one includes.</summary>
    /// <param name="path">As it is written or as it fits the pattern; relative to this file's folder.</param>
    /// <param name="from">Where it is written.</param>
    internal ConfigFile Include(string path, SourceLocation from)
    {
        string shownAs = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        return new ConfigFile(Path.Combine(Path.GetDirectoryName(ShownAs) ?? "", shownAs), Path.GetFullPath(path, Folder), this, from);
    }

    private static string IdentityOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What can't be looked at can't be read either, which says why.
            return path;
        }
    }
}
