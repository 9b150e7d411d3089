using System.Text;
using System.Text.Json;
using Sluice.TestKit.Time;

namespace Sluice.TestKit.Proxy;

/// <summary>Takes the access log of a server and gives it line by line. Any thread.</summary>
public sealed class AccessLogStream : Stream
{
    private readonly Lock _lock = new();
    private readonly List<AccessLogEntry> _entries = [];
    private readonly MemoryStream _partial = new();
    private TaskCompletionSource _changed = NewSource();

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<AccessLogEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits until at least this many lines are as described, and returns all of them.</summary>
    /// <exception cref="TimeoutException">They did not come within <see cref="Patience.PerStep"/>.</exception>
    public async Task<IReadOnlyList<AccessLogEntry>> WaitForAsync(Func<AccessLogEntry, bool> isMeant, int count = 1)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        bool isOver = false;
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                AccessLogEntry[] found = [.. _entries.Where(isMeant)];
                if (found.Length >= count)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            if (isOver)
            {
                throw new TimeoutException(
                    $"The access log has no {count} such lines after {Patience.PerStep.TotalSeconds} s:\n{string.Join('\n', Entries.TakeLast(30))}");
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                // They may have come meanwhile: one more look.
                isOver = true;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            foreach (byte value in buffer)
            {
                Take(value);
            }

            changed = _changed;
            _changed = NewSource();
        }

        changed.SetResult();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A line that is not JSON becomes an entry that says so, for an exception would end the server's log instead of the test.
    private void Take(byte value)
    {
        if (value != '\n')
        {
            _partial.WriteByte(value);
            return;
        }

        string line = Encoding.UTF8.GetString(_partial.ToArray());
        _partial.SetLength(0);
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            _entries.Add(new AccessLogEntry(line, document.RootElement.Clone()));
        }
        catch (JsonException exception)
        {
            using JsonDocument document = JsonDocument.Parse("""{"status":0,"error":"not_json"}""");
            _entries.Add(new AccessLogEntry($"not JSON ({exception.Message}): {line}", document.RootElement.Clone()));
        }
    }
}
