using Sluice.Certificates.Keeping;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>Remembers what it was told. Any thread.</summary>
internal sealed class RecordingLog : IKeeperLog
{
    private readonly Lock _lock = new();
    private readonly List<KeeperLogEntry> _entries = [];

    public IReadOnlyList<KeeperLogEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public int Count(KeeperEvent what) => Entries.Count(entry => entry.Event == what);

    public void Write(KeeperLogEntry entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
        }
    }

    public override string ToString() => string.Join('\n', Entries.Select(entry => $"{entry.Severity} {entry.Event} {entry.Name}: {entry.Message}"));
}
