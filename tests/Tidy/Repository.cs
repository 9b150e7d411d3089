namespace Sluice.Tidy;

/// <summary>
/// The text files of this repository. They are found by walking the folders rather than by asking git, so that the tests also run
/// where git is not installed, and judge a file before it is committed. Folders that .gitignore names are left out.
/// </summary>
public static class Repository
{
    private static readonly HashSet<string> TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".md", ".json", ".yaml", ".yml", ".sh", ".editorconfig", ".gitignore"];

    /// <summary>Text files that have no extension to tell by.</summary>
    private static readonly HashSet<string> TextFiles = [".ci/run", "LICENSE", Rules.AllowListPath];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = ReadAll();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests must run inside of the repository");
    }

    private static List<SourceFile> ReadAll()
    {
        HashSet<string> ignored = [".git"];
        foreach (string line in File.ReadAllLines(Path.Combine(Root, ".gitignore")).Where(line => line.EndsWith('/')))
        {
            ignored.Add(line.Trim('/'));
        }

        var files = new List<SourceFile>();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(Root)]);
        while (folders.TryPop(out DirectoryInfo? folder))
        {
            foreach (DirectoryInfo child in folder.EnumerateDirectories().Where(child => !ignored.Contains(child.Name)))
            {
                folders.Push(child);
            }

            files.AddRange(folder.EnumerateFiles().Select(Read).OfType<SourceFile>());
        }

        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>Null for what is not text.</summary>
    private static SourceFile? Read(FileInfo file)
    {
        string path = Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');
        bool isText = TextExtensions.Contains(file.Extension) || TextFiles.Contains(path);
        return isText ? new SourceFile(path, File.ReadAllText(file.FullName)) : null;
    }
}
