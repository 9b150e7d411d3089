namespace Sluice.Load.Processes;

/// <summary>The fields of /proc/PID/stat (proc_pid_stat(5)) that the bench needs.</summary>
/// <param name="ParentId">Field 4.</param>
/// <param name="UserTicks">Field 14, in ticks of 10 ms; includes threads that ended.</param>
/// <param name="SystemTicks">Field 15, likewise.</param>
internal readonly record struct ProcessStat(int ParentId, long UserTicks, long SystemTicks)
{
    /// <summary>False when the process is gone.</summary>
    public static bool TryRead(string path, out ProcessStat stat)
    {
        stat = default;
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (IOException)
        {
            return false;
        }

        // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        stat = new ProcessStat(int.Parse(fields[1]), long.Parse(fields[11]), long.Parse(fields[12]));
        return true;
    }
}
