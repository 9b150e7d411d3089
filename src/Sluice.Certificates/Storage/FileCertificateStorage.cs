using System.Globalization;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Storage;

/// <summary>
/// A folder (mode 0700) with a file (mode 0600) per key. A file is written beside its place, brought to the disk and renamed, so that it is
/// whole after a crash. The folder may be one that several machines share.
/// </summary>
public sealed class FileCertificateStorage : ICertificateStorage
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What begins with a dot is no key: a temporary file never shows up in a list.
    private const string TemporaryPrefix = ".new-";
    private const long ContentBytesMax = 4 * 1024 * 1024;
    private readonly string _folder;
    private readonly FileLocks _locks;

    /// <summary>Uses a folder, which is made when something is written.</summary>
    public FileCertificateStorage(string folder, TimeProvider time)
        : this(folder, new WorkClock(time))
    {
    }

    internal FileCertificateStorage(string folder, WorkClock clock)
    {
        _folder = Path.GetFullPath(folder);
        _locks = new FileLocks(clock, HolderIdentity.OfThisProcess());
    }

    /// <summary>The folder.</summary>
    public string Folder => _folder;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string key, CancellationToken ct) => TryAsync(key, "read", async path =>
    {
        try
        {
            if (new FileInfo(path).Length > ContentBytesMax)
            {
                throw new CertificateException($"{path} is larger than {ContentBytesMax} bytes: this is nothing that was stored here.");
            }

            return await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    /// <inheritdoc/>
    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct) => TryAsync(key, "write", async path =>
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        await WriteAtomicallyAsync(path, content, ct);
        return true;
    });

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken ct) => TryAsync(key, "delete", path =>
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Then there is no such file either.
        }

        return Task.FromResult(true);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct) => TryAsync(prefix, "list", path =>
    {
        IEnumerable<string> files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [];
        return Task.FromResult<IReadOnlyList<string>>(
            [.. files.Select(file => Path.GetRelativePath(_folder, file)).Where(StorageKeys.IsValid).Order(StringComparer.Ordinal)]);
    });

    /// <inheritdoc/>
    public Task<string?> FindVersionAsync(string key, CancellationToken ct) => TryAsync(key, "look at", path =>
    {
        var file = new FileInfo(path);
        string? version = file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}") : null;
        return Task.FromResult(version);
    });

    /// <inheritdoc/>
    public async Task CheckWritableAsync(CancellationToken ct)
    {
        string key = $"write-test-{Guid.NewGuid():n}";
        byte[] content = Guid.NewGuid().ToByteArray();
        await WriteAsync(key, content, ct);
        byte[]? read = await ReadAsync(key, ct);
        await DeleteAsync(key, ct);
        if (read is null || !read.AsSpan().SequenceEqual(content))
        {
            throw new CertificateException($"{_folder} doesn't keep what is written to it.");
        }
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable?> AcquireLockAsync(string name, CancellationToken ct) =>
        TryAsync($"locks/{StorageKeys.SegmentOf(name)}.lock", "lock", async path =>
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            return await _locks.TryAcquireAsync(path, ct);
        });

    /// <summary>Writes a file beside its place, brings it to the disk and renames it.</summary>
    internal static async Task WriteAtomicallyAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, $"{TemporaryPrefix}{Guid.NewGuid():n}");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = FileMode600,
            };
            await using (var file = new FileStream(temporary, options))
            {
                await file.WriteAsync(content, ct);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // One by one: the mode is only given to the last folder that a call makes. What is above the storage's own folder is not its business.
    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (folder.Length > _folder.Length)
        {
            MakeFolder(Path.GetDirectoryName(folder)!);
        }

        Directory.CreateDirectory(folder, FolderMode);
    }

    private async Task<T> TryAsync<T>(string key, string what, Func<string, Task<T>> action)
    {
        if (!StorageKeys.IsValid(key))
        {
            throw new CertificateException($"\"{key}\" is no key of a storage.");
        }

        string path = Path.Combine(_folder, key);
        try
        {
            return await action(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"The storage can't {what} {path}: {exception.Message}", exception);
        }
    }
}
