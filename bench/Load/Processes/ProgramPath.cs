namespace Sluice.Load.Processes;

/// <summary>Finds installed programs. Debian keeps servers in /usr/sbin, which is not on everyone's PATH.</summary>
internal static class ProgramPath
{
    /// <exception cref="BenchException">It is not installed.</exception>
    public static string Find(string name) =>
        TryFind(name) ?? throw new BenchException($"{name} is not installed (Debian: apt-get install {(name == "h2load" ? "nghttp2-client" : name)})");

    /// <summary>Null when it is not installed.</summary>
    public static string? TryFind(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(':').Append("/usr/sbin").Append("/usr/local/sbin"))
        {
            string candidate = Path.Combine(folder, name);
            if (folder.Length > 0 && File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
