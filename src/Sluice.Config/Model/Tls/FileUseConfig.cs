using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Tls;

/// <summary>A file that a configuration names.</summary>
/// <param name="Path">As it is written; relative to the file it stands in.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record FileUseConfig(string Path, SourceLocation? Location = null)
{
    /// <summary>Its absolute path.</summary>
    public string FullPath => System.IO.Path.GetFullPath(Path.Replace('\0', ' '), Location?.Source.Folder ?? Environment.CurrentDirectory);
}
