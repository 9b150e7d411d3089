using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Tls;

namespace Sluice.Config.Validation;

/// <summary>Folders that are served are there, and hold nothing that nobody wants to serve.</summary>
internal static class FilesChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (FilesConfig files in config.Routes.Select(route => route.Files).OfType<FilesConfig>())
        {
            if (files.Root is { } root)
            {
                CheckRoot(root, diagnostics);
            }

            if (files.FollowsAllLinks && !files.FollowsLinks)
            {
                diagnostics.Add(DiagnosticCodes.ExclusiveOptions, "`unsafe_symlinks` follows every link, and `symlinks: none` follows none", files.Location, "keep one");
            }

            CheckTryFiles(files, diagnostics);
            CheckTypes(files, diagnostics);
        }
    }

    private static void CheckRoot(FileUseConfig root, DiagnosticBag diagnostics)
    {
        string path = root.FullPath;
        if (!Directory.Exists(path))
        {
            string what = File.Exists(path) ? "is a file, not a folder" : "is not there";
            string hint = Path.IsPathRooted(root.Path) ? "create it first, or mend the path" : "it is looked for beside this file; create it first, or mend the path";
            diagnostics.Add(DiagnosticCodes.MissingRoot, $"`{root.Path}` {what}", root.Location, hint);
        }
        else if (root.Location?.Source.Folder is { } folder && IsBelow(folder, path))
        {
            diagnostics.Add(
                DiagnosticCodes.ServedConfiguration, $"`{root.Path}` holds this file: it would be served, too", root.Location, "serve a folder of its own, such as `./public`");
        }
    }

    /// <summary>Whether a folder is another one, or lies in it; both absolute.</summary>
    internal static bool IsBelow(string folder, string root)
    {
        string relative = Path.GetRelativePath(root, folder);
        return relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(relative);
    }

    private static void CheckTryFiles(FilesConfig files, DiagnosticBag diagnostics)
    {
        IReadOnlyList<TryFileConfig> entries = files.TryFiles ?? [];
        foreach (TryFileConfig entry in entries.SkipLast(1).Where(entry => entry.File is null))
        {
            diagnostics.Add(DiagnosticCodes.InvalidFileRule, $"`={entry.Status}` stands before places that are never looked at", entry.Location, "put it at the end");
        }

        if (entries is [{ File: null } only])
        {
            diagnostics.Add(DiagnosticCodes.InvalidFileRule, "there is no place to look for a file", only.Location, "such as `{path}`");
        }
    }

    private static void CheckTypes(FilesConfig files, DiagnosticBag diagnostics)
    {
        foreach (string ending in files.Types.GroupBy(type => type.Key, StringComparer.Ordinal).Where(types => types.Count() > 1).Select(types => types.Key))
        {
            diagnostics.Add(DiagnosticCodes.GivenTwice, $"`types` has `{ending}` twice", files.Location, "the case of endings makes no difference, nor does a dot before them");
        }
    }
}
