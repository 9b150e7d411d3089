using System.Collections.Concurrent;

namespace Sluice.Load.Reload;

/// <summary>Counts failures by kind and keeps the first few in words.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class FailureTally
{
    private const int ExamplesMax = 20;

    private readonly long[] _counts = new long[Enum.GetValues<FailureKind>().Length];
    private readonly ConcurrentQueue<string> _examples = new();

    public IReadOnlyCollection<string> Examples => _examples;

    public long Total => Counts.Values.Sum();

    /// <summary>Every kind, also those that did not happen.</summary>
    public IReadOnlyDictionary<string, long> Counts =>
        Enum.GetValues<FailureKind>().ToDictionary(kind => kind.ToString(), kind => Interlocked.Read(ref _counts[(int)kind]));

    public void Add(FailureKind kind, string detail)
    {
        Add(kind, 1);
        if (_examples.Count < ExamplesMax)
        {
            _examples.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {kind}: {detail}");
        }
    }

    public void Add(FailureKind kind, long count) => Interlocked.Add(ref _counts[(int)kind], count);
}
