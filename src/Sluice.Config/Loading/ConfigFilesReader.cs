using Sluice.Config.Diagnostics;
using Sluice.Config.Placeholders;
using Sluice.Config.Yaml;

namespace Sluice.Config.Loading;

/// <summary>Reads a file and those that it includes into one tree, each node of which knows its file.</summary>
/// <remarks>
/// A file that two others include is read once, where it comes first: so <c>[first.yaml, "*.yaml"]</c> puts one before the others. A method
/// that returns false has added a finding.
/// </remarks>
internal sealed class ConfigFilesReader
{
    internal const int FilesMax = 1_000;
    internal const int DepthMax = 16;
    internal const string Key = "include";

    private readonly ConfigReading _reading;
    private readonly FilePattern _patterns;
    private readonly List<MappingNode> _parts = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private ConfigFilesReader(ConfigReading reading)
    {
        _reading = reading;
        _patterns = new FilePattern(reading);
    }

    private DiagnosticBag Diagnostics => _reading.Diagnostics;

    /// <summary>Reads the tree of a configuration.</summary>
    /// <param name="file">The first file.</param>
    /// <param name="text">Its content; null when that has to be read.</param>
    /// <param name="reading">What the files share; gets the findings.</param>
    /// <returns>
    /// Null when a file can't be read or is not YAML: what it holds would be missed everywhere, so there is no sense in looking further.
    /// </returns>
    internal static YamlNode? Read(ConfigFile file, string? text, ConfigReading reading)
    {
        var reader = new ConfigFilesReader(reading);
        reading.Touch(file.FullPath);
        SourceText? source = text is null
            ? SourceReader.ReadFile(file.FullPath, file.ShownAs, reading.Diagnostics, reading.Budget)
            : new SourceText(file.ShownAs, text) { Folder = file.Folder };
        if (source is null || reader.ReadTree(file, source) is not { } root)
        {
            return null;
        }

        if (root.IsNull)
        {
            reading.Diagnostics.Add(DiagnosticCodes.EmptyFile, $"`{file.ShownAs}` is empty", null);
            return null;
        }

        if (root is not MappingNode mapping)
        {
            return root;
        }

        return reader.AddPart(file, mapping) ? TreeMerge.Merge(reader._parts, reading.Diagnostics) : null;
    }

    private YamlNode? ReadTree(ConfigFile file, SourceText source)
    {
        _read.Add(file.Identity);
        Diagnostics.AddSource(source);
        return YamlReader.Read(source, Diagnostics, _reading.Budget, new PlaceholderReader(_reading.Values, file.Folder));
    }

    // Adds the entries of a file, then those of the files it includes. All are read, so that all that is wrong is found.
    private bool AddPart(ConfigFile file, MappingNode part)
    {
        _parts.Add(part);
        MappingEntry? entry = part.Entries.FirstOrDefault(entry => entry.Key.Text == Key);
        IReadOnlyList<YamlNode> items = entry?.Value is SequenceNode list ? list.Items : entry is null ? [] : [entry.Value];
        bool isWhole = true;
        foreach (YamlNode item in items)
        {
            isWhole &= Include(file, item);
        }

        return isWhole;
    }

    private bool Include(ConfigFile file, YamlNode item)
    {
        if (item is not ScalarNode { IsNull: false } scalar)
        {
            return Refuse(item.IsNull ? "there is no path" : $"expected a path, found {item.Kind}", item.Location, "such as `conf.d/*.yaml`");
        }

        string path = scalar.Text;
        if (scalar.IsBroken)
        {
            return false;
        }

        if (scalar.Substitution is not null)
        {
            return Refuse("a path to include can't have placeholders", item.Location, "no placeholders: the paths of files are shown");
        }

        if (path.Contains("**", StringComparison.Ordinal) || path.Contains('\0', StringComparison.Ordinal) || path.EndsWith('/'))
        {
            string hint = path.EndsWith('/') ? $"all files of a folder: `{path}*.yaml`" : "`*` stands for a part of one name";
            return Refuse($"`{path}` is not a file to include", item.Location, hint);
        }

        if (!FilePattern.IsPattern(path))
        {
            return IncludeFile(file.Include(path, item.Location));
        }

        return IncludePattern(file, path, item.Location);
    }

    private bool IncludePattern(ConfigFile file, string pattern, SourceLocation place)
    {
        List<string>? paths;
        try
        {
            paths = _patterns.Find(pattern, file.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Diagnostics.Add(DiagnosticCodes.UnreadableFile, $"can't look for `{pattern}`: {SourceReader.ReasonOf("", exception)}", place);
            return false;
        }

        if (paths is null)
        {
            Diagnostics.Add(DiagnosticCodes.TooManyFiles, $"more than {FilePattern.NamesMax:N0} names to look at", place);
            return false;
        }

        if (paths.Count == 0)
        {
            Diagnostics.Add(DiagnosticCodes.NothingIncluded, $"no file fits `{pattern}`", place);
        }

        bool isWhole = true;
        foreach (string path in paths)
        {
            isWhole &= IncludeFile(file.Include(path, place));
        }

        return isWhole;
    }

    private bool IncludeFile(ConfigFile file)
    {
        if (file.Includer!.Chain.Any(other => other.Identity == file.Identity))
        {
            string chain = string.Join(" -> ", file.Chain.Select(other => other.ShownAs));
            Diagnostics.Add(DiagnosticCodes.IncludeCircle, $"`{file.ShownAs}` includes itself", file.From, chain);
            return false;
        }

        if (_read.Contains(file.Identity))
        {
            return true;
        }

        if (file.Depth > DepthMax || _read.Count >= FilesMax)
        {
            string message = file.Depth > DepthMax ? $"files include each other more than {DepthMax} deep" : $"more than {FilesMax:N0} files";
            Diagnostics.Add(DiagnosticCodes.TooManyFiles, message, file.From);
            return false;
        }

        _reading.Touch(file.FullPath);
        SourceText? source = SourceReader.ReadFile(file.FullPath, file.ShownAs, Diagnostics, _reading.Budget, file.From);
        if (source is null || ReadTree(file, source) is not { } root)
        {
            return false;
        }

        // All of a file may be commented out.
        if (root.IsNull)
        {
            return true;
        }

        if (root is not MappingNode mapping)
        {
            Diagnostics.Add(DiagnosticCodes.WrongKind, $"expected a mapping, found {root.Kind}", root.Location);
            return false;
        }

        return AddPart(file, mapping);
    }

    private bool Refuse(string message, SourceLocation place, string hint)
    {
        Diagnostics.Add(DiagnosticCodes.InvalidInclude, message, place, hint);
        return false;
    }
}
