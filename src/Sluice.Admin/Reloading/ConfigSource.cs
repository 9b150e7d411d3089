using Sluice.Config;

namespace Sluice.Admin.Reloading;

/// <summary>Where a configuration comes from. Immutable; any thread.</summary>
public sealed class ConfigSource
{
    private ConfigSource(string description, string? path)
    {
        Description = description;
        Path = path;
    }

    /// <summary>For messages.</summary>
    public string Description { get; }

    /// <summary>The full path of the file; null when there is none, so that there is nothing to load again.</summary>
    public string? Path { get; }

    /// <summary>A file. Its path is made absolute now, so that the working directory doesn't matter later.</summary>
    public static ConfigSource File(string path) => new(path, System.IO.Path.GetFullPath(path));

    /// <summary>A configuration without a file.</summary>
    public static ConfigSource Fixed(string description) => new(description, null);

    /// <summary>Reads the file with all that it includes.</summary>
    /// <exception cref="InvalidOperationException">There is no file.</exception>
    public ConfigResult Load() => Load(Path);

    /// <summary>The same, with the file's name as the operator wrote it in what is found.</summary>
    /// <exception cref="InvalidOperationException">There is no file.</exception>
    public ConfigResult LoadFirst() => Load(Path is null ? null : Description);

    /// <summary>What a change of can change the configuration: full paths of files and folders.</summary>
    public IReadOnlyList<string> FilesOf(ConfigResult loaded) => Path is null ? [] : loaded.Files;

    private static ConfigResult Load(string? path) =>
        ConfigLoader.Load(path ?? throw new InvalidOperationException("A fixed configuration can't be loaded again."));
}
