using System.Text.RegularExpressions;

namespace Sluice.TestKit.Proxy;

/// <summary>Takes the messages of a server. Any thread.</summary>
public sealed partial class MessageCapture
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    /// <summary>The lines so far.</summary>
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

    /// <summary>The lines of the level that says that the server broke a rule of its own.</summary>
    public IReadOnlyList<string> Bugs => [.. Lines.Where(line => BugLevel().IsMatch(line))];

    /// <summary>Waits for a line with a text in it.</summary>
    /// <exception cref="TimeoutException">None came within 5 s.</exception>
    public async Task<string> WaitForAsync(string part)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            if (Lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"No message has {part} after 5 s:\n{string.Join('\n', Lines)}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
        }
    }

    [GeneratedRegex(@"\b(bug|crit|critical|fatal|unhandled)\b", RegexOptions.IgnoreCase)]
    private static partial Regex BugLevel();
}
