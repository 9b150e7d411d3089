using System.Text.RegularExpressions;
using Sluice.TestKit.Time;

namespace Sluice.TestKit.Proxy;

/// <summary>Takes the messages of a server. Any thread.</summary>
public sealed partial class MessageCapture
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _stalls = [];

    /// <summary>The lines so far, without those about stalls: a machine that is busy with other things holds a worker up as well.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The lines about workers that didn't look at their connections for long.</summary>
    public IReadOnlyList<string> Stalls
    {
        get
        {
            lock (_lock)
            {
                return [.. _stalls];
            }
        }
    }

    /// <summary>The lines of the level that says that the server broke a rule of its own.</summary>
    public IReadOnlyList<string> Bugs => [.. Lines.Where(line => BugLevel().IsMatch(line))];

    /// <summary>Waits for a line with a text in it.</summary>
    /// <exception cref="TimeoutException">None came within <see cref="Patience.PerStep"/>.</exception>
    public async Task<string> WaitForAsync(string part)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            if (Lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"No message has {part} after {Patience.PerStep.TotalSeconds} s:\n{string.Join('\n', Lines)}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            (line.Contains("has been busy for", StringComparison.Ordinal) ? _stalls : _lines).Add(line);
        }
    }

    [GeneratedRegex(@"\b(bug|crit|critical|fatal|unhandled)\b", RegexOptions.IgnoreCase)]
    private static partial Regex BugLevel();
}
