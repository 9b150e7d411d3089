namespace Sluice.Admin.Tests;

/// <summary>A folder of its own for a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its path; short, since those of unix sockets must be.</summary>
    internal string Path { get; } = Directory.CreateTempSubdirectory("sl").FullName;

    /// <summary>The path of something in it.</summary>
    internal string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    internal string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
