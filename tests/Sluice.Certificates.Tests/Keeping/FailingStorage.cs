using Sluice.Certificates.Storage;

namespace Sluice.Certificates.Tests.Keeping;

/// <summary>A storage that can be told to refuse writing some keys.</summary>
internal sealed class FailingStorage(ICertificateStorage inner) : ICertificateStorage
{
    /// <summary>Keys that end with this can't be written; null for none.</summary>
    public volatile string? FailingPart;

    public Task<byte[]?> ReadAsync(string key, CancellationToken ct) => inner.ReadAsync(key, ct);

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        FailingPart is { } part && key.EndsWith(part, StringComparison.Ordinal)
            ? throw new CertificateException("the disk is full")
            : inner.WriteAsync(key, content, ct);

    public Task DeleteAsync(string key, CancellationToken ct) => inner.DeleteAsync(key, ct);

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);

    public Task<string?> FindVersionAsync(string key, CancellationToken ct) => inner.FindVersionAsync(key, ct);

    public Task CheckWritableAsync(CancellationToken ct) => inner.CheckWritableAsync(ct);

    public Task<IAsyncDisposable?> AcquireLockAsync(string name, CancellationToken ct) => inner.AcquireLockAsync(name, ct);
}
