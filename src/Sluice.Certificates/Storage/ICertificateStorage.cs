namespace Sluice.Certificates.Storage;

/// <summary>
/// Where certificates, keys and accounts are kept: files, or a store that several machines share. Called from any thread.
/// </summary>
/// <remarks>
/// A key looks like a path: segments of <c>a-z A-Z 0-9 . _ -</c> with <c>/</c> between them, none empty and none beginning with a dot.
/// <see cref="StorageKeys"/> makes such segments of names. Every method throws <see cref="CertificateException"/> when the storage fails.
/// </remarks>
public interface ICertificateStorage
{
    /// <summary>The whole content, or null when there is none under the key.</summary>
    Task<byte[]?> ReadAsync(string key, CancellationToken ct);

    /// <summary>Replaces the content at once: a reader sees the old one or the new one, also after a crash.</summary>
    Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>Removes the content; that there is none isn't an error.</summary>
    Task DeleteAsync(string key, CancellationToken ct);

    /// <summary>The keys below <c>prefix/</c>, at any depth, in order; none when there is no such prefix.</summary>
    Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct);

    /// <summary>A text that changes whenever the content does, without reading it; null when there is no content.</summary>
    Task<string?> FindVersionAsync(string key, CancellationToken ct);

    /// <summary>Fails when something can't be written, read back and removed: better known before a certificate is ordered.</summary>
    Task CheckWritableAsync(CancellationToken ct);

    /// <summary>
    /// Takes the lock of a name, which works across processes and machines; null at once when somebody else holds it.
    /// Disposing what it returns gives the lock back. The lock of a holder that died is taken over after a while.
    /// </summary>
    Task<IAsyncDisposable?> AcquireLockAsync(string name, CancellationToken ct);
}
