namespace Sluice.Admin.Plans;

/// <summary>Numbers of a plan, whose names end in their unit, as a user writes them.</summary>
internal static class Unit
{
    private const string Milliseconds = "_ms";

    /// <summary>The name without the unit of time: <c>idle_timeout_ms</c> as <c>idle_timeout</c>.</summary>
    internal static string Strip(string path) => path.EndsWith(Milliseconds, StringComparison.Ordinal) ? path[..^Milliseconds.Length] : path;

    /// <summary>A number with its unit: 15000 of <c>idle_timeout_ms</c> as <c>15s</c>.</summary>
    internal static string Write(string path, object value)
    {
        string text = FormattableString.Invariant($"{value}");
        if (!path.EndsWith(Milliseconds, StringComparison.Ordinal) || !long.TryParse(text, out long milliseconds))
        {
            return text;
        }

        return milliseconds switch
        {
            > 0 when milliseconds % 3_600_000 == 0 => $"{milliseconds / 3_600_000}h",
            > 0 when milliseconds % 60_000 == 0 => $"{milliseconds / 60_000}m",
            > 0 when milliseconds % 1_000 == 0 => $"{milliseconds / 1_000}s",
            _ => $"{milliseconds}ms",
        };
    }
}
