using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Schema;
using Sluice.Config.Validation;
using Sluice.Config.Yaml;

namespace Sluice.Config;

/// <summary>Reads a configuration: text → tree → records → checks → plan. Finds all errors in one pass, and never throws for what a file says.</summary>
public static class ConfigLoader
{
    /// <summary>Reads a file.</summary>
    public static ConfigResult Load(string path)
    {
        var diagnostics = new DiagnosticBag();
        return Load(SourceReader.ReadFile(path, diagnostics), diagnostics);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">For messages.</param>
    public static ConfigResult LoadText(string text, string fileName) => Load(new SourceText(fileName, text), new DiagnosticBag());

    private static ConfigResult Load(SourceText? source, DiagnosticBag diagnostics)
    {
        SluiceConfig? config = null;
        if (source is not null && YamlReader.Read(source, diagnostics) is { } root && ConfigSchema.Type.TryRead(root, diagnostics, out config))
        {
            ConfigValidator.Validate(config, diagnostics);
        }

        bool isUsable = config is not null && !diagnostics.HasErrors;
        return new ConfigResult(config, isUsable ? PlanCompiler.Compile(config!) : null, diagnostics.ToSortedList());
    }
}
