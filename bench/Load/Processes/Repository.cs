namespace Sluice.Load.Processes;

/// <summary>The repository that this bench was built from.</summary>
internal static class Repository
{
    public static string Root => FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new BenchException("the bench must run from a clone of the repository (Sluice.slnx not found)");
    }
}
