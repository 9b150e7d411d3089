using System.Diagnostics;

namespace Sluice.TestKit.Tools;

/// <summary>A folder of its own for a test, removed with all that is in it.</summary>
public sealed class ScratchFolder : IDisposable
{
    /// <summary>Its path; short, since those of unix sockets must be.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("sl").FullName;

    /// <summary>The path of something in it.</summary>
    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a file, and the folders on the way to it.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        string path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a script for bash that can be run.</summary>
    /// <returns>Its path.</returns>
    public string WriteScript(string name, string text)
    {
        // Copied by another process: a file that is open for writing can't be run, and whoever starts a process meanwhile inherits what this one has open.
        string path = Write(name + ".new", $"#!/bin/bash\n{text}\n");
        using Process copying = Process.Start("install", ["-m", "700", path, At(name)]);
        copying.WaitForExit();
        return copying.ExitCode == 0 ? At(name) : throw new InvalidOperationException($"install ended with {copying.ExitCode}");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
