using Sluice.Config.Diagnostics;
using Sluice.Proxy;

namespace Sluice.Admin.Reloading;

/// <summary>Says in words what a reload did.</summary>
public static class ReloadText
{
    /// <summary>Such as <c>2 routes changed, 1 added; 1 upstream removed</c>, or <c>nothing changed</c>.</summary>
    public static string Describe(ReloadResult result)
    {
        List<string> parts =
        [
            .. Describe("route", result.Routes), .. Describe("upstream", result.Upstreams), .. Describe("listener", result.Listeners),
        ];
        if (result.OthersChanged)
        {
            parts.Add("other settings changed");
        }

        return parts.Count == 0 ? "nothing changed" : string.Join("; ", parts);
    }

    /// <summary>The first error in one line, and how many there are.</summary>
    internal static string DescribeFirst(IReadOnlyList<Diagnostic> diagnostics)
    {
        Diagnostic? first = diagnostics.FirstOrDefault(diagnostic => diagnostic.IsError);
        if (first is null)
        {
            return "the configuration can't be used";
        }

        int errors = diagnostics.Count(diagnostic => diagnostic.IsError);
        string place = first.Location is null ? "" : $" at {first.Location}";
        return $"error[{first.Code.Id}]: {first.Message}{place} ({Count(errors, "error")}, {Count(diagnostics.Count - errors, "warning")})";
    }

    private static IEnumerable<string> Describe(string noun, PlanChanges changes)
    {
        (int Count, string Verb)[] kinds = [(changes.Changed.Count, "changed"), (changes.Added.Count, "added"), (changes.Removed.Count, "removed")];
        (int Count, string Verb)[] some = [.. kinds.Where(kind => kind.Count > 0)];
        if (some.Length > 0)
        {
            // The noun stands with the first number only: 2 routes changed, 1 added.
            yield return string.Join(", ", some.Select((kind, index) => $"{(index == 0 ? Count(kind.Count, noun) : kind.Count)} {kind.Verb}"));
        }
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
