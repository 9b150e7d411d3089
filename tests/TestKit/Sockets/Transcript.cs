using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>What all sides of a script did, in order, for the message of a failure. Any thread.</summary>
public sealed class Transcript
{
    // More than any story has; a load of bulk data keeps its beginning and its end.
    private const int EntriesMax = 300;

    private readonly Lock _lock = new();
    private readonly List<string> _entries = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _dropped;

    /// <summary>Adds bytes that a side sent.</summary>
    public void Sent(string side, ReadOnlySpan<byte> bytes) => Add(side, "sent", bytes);

    /// <summary>Adds bytes that a side received.</summary>
    public void Received(string side, ReadOnlySpan<byte> bytes) => Add(side, "got ", bytes);

    /// <summary>Adds anything else that happened.</summary>
    public void Note(string side, string what) => Add($"{Prefix(side)}* {what}");

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_lock)
        {
            var text = new StringBuilder();
            text.AppendJoin('\n', _entries);
            if (_dropped > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n({_dropped} entries in the middle left out)");
            }

            return text.ToString();
        }
    }

    private void Add(string side, string verb, ReadOnlySpan<byte> bytes) =>
        Add($"{Prefix(side)}{verb} {bytes.Length,7} B  {Bytes.Show(bytes, new string(' ', 42))}");

    private void Add(string entry)
    {
        lock (_lock)
        {
            if (_entries.Count == EntriesMax)
            {
                _entries.RemoveAt(EntriesMax / 2);
                _dropped++;
            }

            _entries.Add(entry);
        }
    }

    private string Prefix(string side) => $"{Stopwatch.GetElapsedTime(_start).TotalMilliseconds,9:F1} ms  {side,-12}";
}
