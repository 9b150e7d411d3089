using System.Text.Json;

namespace Sluice.Load.Reports;

/// <summary>Writes raw data, so that figures can be looked at again without another run.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Does nothing without a path.</summary>
    public static async Task WriteAsync<T>(string? path, string machine, IReadOnlyList<T> samples, CancellationToken stop)
    {
        if (path is null)
        {
            return;
        }

        await using FileStream file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, new { Machine = machine, Taken = DateTime.UtcNow, Samples = samples }, Indented, stop);
        Console.WriteLine($"raw data: {path}");
    }
}
