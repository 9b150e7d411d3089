using System.IO.Enumeration;

namespace Sluice.Config.Loading;

/// <summary>Finds the files that a pattern such as <c>conf.d/*.yaml</c> takes.</summary>
internal sealed class FilePattern
{
    /// <summary>Names that all patterns of a configuration may look at: a pattern at the root of a disk has to come to an end.</summary>
    internal const int NamesMax = 100_000;

    private readonly ConfigReading _reading;
    private int _namesLeft = NamesMax;

    internal FilePattern(ConfigReading reading)
    {
        _reading = reading;
    }

    /// <summary>Whether a path is a pattern rather than a name.</summary>
    internal static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>The files that fit, as paths that begin as the pattern does, in the order of their bytes; null when there are too many names.</summary>
    /// <param name="pattern">Relative or full.</param>
    /// <param name="folder">Full path of where a relative one begins.</param>
    /// <exception cref="IOException">A folder can't be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder can't be looked at.</exception>
    internal List<string>? Find(string pattern, string folder)
    {
        string[] segments = pattern.Split('/');
        List<string> paths = [segments[0].Length == 0 ? "/" : ""];
        for (int i = 0; i < segments.Length; i++)
        {
            bool isLast = i == segments.Length - 1;
            if (segments[i].Length == 0 || (!IsPattern(segments[i]) && segments[i] == "."))
            {
                continue;
            }

            var next = new List<string>();
            foreach (string path in paths)
            {
                if (!Step(path, segments[i], folder, isLast, next))
                {
                    return null;
                }
            }

            paths = next;
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    // Adds what a segment takes below a path; false when there are too many names.
    private bool Step(string path, string segment, string folder, bool isLast, List<string> found)
    {
        string fullPath = Path.GetFullPath(path.Length == 0 ? "." : path, folder);
        if (!IsPattern(segment))
        {
            string named = Path.Combine(path, segment);
            found.AddRange(!isLast || File.Exists(Path.GetFullPath(named, folder)) ? [named] : Array.Empty<string>());
            return true;
        }

        _reading.Touch(fullPath);
        if (!Directory.Exists(fullPath))
        {
            return true;
        }

        IEnumerable<string> entries = isLast ? Directory.EnumerateFiles(fullPath) : Directory.EnumerateDirectories(fullPath);
        foreach (string entry in entries)
        {
            if (--_namesLeft < 0)
            {
                return false;
            }

            // As in a shell, hidden files have to be asked for.
            string name = Path.GetFileName(entry);
            bool isAskedFor = name[0] != '.' || segment[0] == '.';
            if (isAskedFor && FileSystemName.MatchesSimpleExpression(segment, name, ignoreCase: false))
            {
                found.Add(Path.Combine(path, name));
            }
        }

        return true;
    }
}
