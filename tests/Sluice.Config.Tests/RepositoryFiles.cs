using System.Runtime.CompilerServices;

namespace Sluice.Config.Tests;

/// <summary>Files of the repository, found from where this source stands, so that golden files are read and rewritten in place.</summary>
internal static class RepositoryFiles
{
    /// <summary>Whether golden files are to be rewritten instead of compared.</summary>
    internal static bool IsUpdating => Environment.GetEnvironmentVariable("SLUICE_UPDATE_GOLDEN") == "1";

    internal static string Root { get; } = Path.GetFullPath(Path.Combine(FolderOfThisFile(), "..", ".."));

    internal static string Golden { get; } = Path.Combine(FolderOfThisFile(), "Golden");

    /// <summary>Compares a text with a file, or writes the file when <see cref="IsUpdating"/>.</summary>
    internal static void AssertIs(string path, string actual)
    {
        if (IsUpdating)
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{Path.GetFileName(path)} is missing; SLUICE_UPDATE_GOLDEN=1 writes it. It would be:\n{actual}");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string FolderOfThisFile([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
