using Sluice.Config.Automation;
using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Loading;
using Sluice.Config.Model;
using Sluice.Config.Schema;
using Sluice.Config.Validation;
using Sluice.Config.Yaml;

namespace Sluice.Config;

/// <summary>
/// Reads a configuration: files → tree → records → checks → plan. Finds all errors in one pass, and never throws for what a file says.
/// </summary>
public static class ConfigLoader
{
    /// <summary>Reads a file and what it includes, with the environment of this process for its placeholders.</summary>
    public static ConfigResult Load(string path) => Load(path, path, Environment.GetEnvironmentVariable);

    /// <summary>Reads a text and what it includes, with the environment of this process for its placeholders.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">For messages. Relative paths in the text begin in its folder, which is the current one if it names none.</param>
    public static ConfigResult LoadText(string text, string fileName) =>
        Load(new ConfigFile(fileName, FullPathOf(fileName)), text, Environment.GetEnvironmentVariable);

    /// <summary>Reads a file and what it includes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownAs">Its name in messages.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    internal static ConfigResult Load(string path, string shownAs, Func<string, string?> environment) =>
        Load(new ConfigFile(shownAs, FullPathOf(path)), null, environment);

    /// <summary>Reads a file and what it includes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">Its content; null when that has to be read.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    internal static ConfigResult Load(ConfigFile file, string? text, Func<string, string?> environment)
    {
        var reading = new ConfigReading(environment);
        DiagnosticBag diagnostics = reading.Diagnostics;
        YamlNode? tree = ConfigFilesReader.Read(file, text, reading);
        SluiceConfig? config = null;
        if (tree is not null && ConfigSchema.Type.TryRead(tree, diagnostics, out config))
        {
            config = PageFiles.Read(config, diagnostics, reading.Touch);
            config = TlsFiles.Read(config, diagnostics, reading.Touch);
            ConfigValidator.Validate(config, diagnostics);
        }

        bool isUsable = config is not null && !diagnostics.HasErrors;
        return new ConfigResult(config, isUsable ? PlanCompiler.Compile(config!) : null, diagnostics.ToSortedList())
        {
            Automation = isUsable ? AutomationCompiler.Compile(config!) : null,
            Files = reading.Files,
            Tree = tree,
        };
    }

    // A path that can't be one is told of when it is read.
    private static string FullPathOf(string path) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path);
}
