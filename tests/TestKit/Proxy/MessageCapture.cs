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
