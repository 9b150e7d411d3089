using Sluice.Certificates.Dns;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>Remembers records, and fails when it is told to. Any thread.</summary>
internal sealed class RecordingPublisher : IDnsPublisher
{
    private readonly Lock _lock = new();
    private readonly List<(string Name, string Value)> _records = [];

    /// <summary>Says why publishing fails; null for success.</summary>
    public string? Failure { get; set; }

    public IReadOnlyList<(string Name, string Value)> Records
    {
        get
        {
            lock (_lock)
            {
                return [.. _records];
            }
        }
    }

    public Task PublishAsync(string name, string value, CancellationToken ct)
    {
        lock (_lock)
        {
            _records.Add((name, value));
        }

        return Failure is null ? Task.CompletedTask : throw new CertificateException(Failure);
    }

    public Task RemoveAsync(string name, string value, CancellationToken ct)
    {
        lock (_lock)
        {
            _records.Remove((name, value));
        }

        return Task.CompletedTask;
    }
}
