using System.Buffers.Text;
using System.Text;

namespace Sluice.Proxy.Overload;

/// <summary>The memory of the process's control group, as the kernel counts it before it kills. For one thread at a time.</summary>
/// <remarks>
/// What counts is what can't be had back: all that is charged to the group, less the pages of files that nobody has used lately (as Kubernetes' working set). Groups lie in each other, and the
/// limit of any of them is a limit: the highest pressure of all counts. Limits are read each time, since they may be changed. Where a container sees itself as
/// the root of the hierarchy, its own group is found there.
/// </remarks>
/// <param name="root">Where control groups are mounted.</param>
/// <param name="membership">The file that says which the process is in.</param>
internal sealed class CgroupMemory(string root = "/sys/fs/cgroup", string membership = "/proc/self/cgroup")
{
    // Version 1 says the largest number of pages in place of "no limit".
    private const long NoLimit = 1L << 60;

    // A file of memory.stat has about 50 lines.
    private readonly byte[] _buffer = new byte[16 * 1024];
    private IReadOnlyList<Group>? _groups;

    /// <summary>The share of the limit that is used, 0 to 1; null where there is no limit, or it can't be read.</summary>
    public double? ReadPressure()
    {
        double? highest = null;
        foreach (Group group in _groups ??= FindGroups())
        {
            if (ReadNumber(group.LimitFile) is not { } limit || limit is <= 0 or >= NoLimit || ReadNumber(group.UsageFile) is not { } usage)
            {
                continue;
            }

            long used = Math.Max(usage - ReadStatistic(group), 0);
            highest = Math.Max(highest ?? 0, Math.Min((double)used / limit, 1));
        }

        return highest;
    }

    // The group of the process and those around it, as far as they are to be seen from here.
    private List<Group> FindGroups()
    {
        (bool isVersion1, string path) = ReadMembership();
        string mount = isVersion1 ? Path.Combine(root, "memory") : root;
        var groups = new List<Group>();
        for (string own = path.Trim('/'); ; own = Path.GetDirectoryName(own) ?? "")
        {
            string folder = Path.Combine(mount, own);
            Group group = isVersion1
                ? new Group(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
                : new Group(folder, "memory.max", "memory.current", "inactive_file");
            if (File.Exists(group.LimitFile))
            {
                groups.Add(group);
            }

            if (own.Length == 0)
            {
                return groups;
            }
        }
    }

    // Lines are "4:memory:/path" in version 1, and "0::/path" in version 2; with both, memory is with one of them.
    private (bool IsVersion1, string Path) ReadMembership()
    {
        string[][] lines = ReadText(membership) is { } text ? [.. text.Split('\n').Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3)] : [];
        string[]? first = Array.Find(lines, parts => parts[1].Split(',').Contains("memory"));
        string[]? second = Array.Find(lines, parts => parts is ["0", "", _]);
        return first is not null ? (true, first[2]) : (false, second?[2] ?? "");
    }

    private long? ReadNumber(string file)
    {
        ReadOnlySpan<byte> text = Read(file);
        return Utf8Parser.TryParse(text, out long number, out int length) && (length == text.Length || text[length] == '\n') ? number : null;
    }

    // Of a line "name number"; 0 where there is none.
    private long ReadStatistic(in Group group)
    {
        ReadOnlySpan<byte> rest = Read(group.StatisticsFile);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.StartsWith(group.InactiveFile) && line.Length > group.InactiveFile.Length && line[group.InactiveFile.Length] == (byte)' ')
            {
                return Utf8Parser.TryParse(line[(group.InactiveFile.Length + 1)..], out long number, out _) ? number : 0;
            }
        }

        return 0;
    }

    private string? ReadText(string file)
    {
        ReadOnlySpan<byte> text = Read(file);
        return text.IsEmpty ? null : Encoding.UTF8.GetString(text);
    }

    // The kernel writes such a file anew for each reader, and has no length for it. Empty where it can't be read.
    private ReadOnlySpan<byte> Read(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            int length = stream.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false);
            return _buffer.AsSpan(0, length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private readonly struct Group(string folder, string limit, string usage, string inactiveFile)
    {
        public string LimitFile { get; } = Path.Combine(folder, limit);

        public string UsageFile { get; } = Path.Combine(folder, usage);

        public string StatisticsFile { get; } = Path.Combine(folder, "memory.stat");

        public byte[] InactiveFile { get; } = Encoding.ASCII.GetBytes(inactiveFile);
    }
}
