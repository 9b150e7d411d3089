using System.Text.Json;

namespace Sluice.Admin.Plans;

/// <summary>The words of the code as those of a configuration.</summary>
internal static class PlanWords
{
    /// <summary><c>RoundRobin</c> as <c>round_robin</c>.</summary>
    internal static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
