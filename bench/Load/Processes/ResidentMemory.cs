namespace Sluice.Load.Processes;

/// <summary>Resident memory of a process tree.</summary>
internal static class ResidentMemory
{
    /// <summary>
    /// The sum of VmRSS in bytes. Pages shared between a parent and its children count more than once; the bench only uses differences.
    /// </summary>
    public static long Read(int rootId)
    {
        return ProcessTree.Of(rootId).Sum(ReadOne);
    }

    private static long ReadOne(int id)
    {
        try
        {
            string line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) ?? "";
            return line.Length == 0 ? 0 : long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024;
        }
        catch (IOException)
        {
            // The process ended between the listing and this read.
            return 0;
        }
    }
}
