using System.Text;

namespace Sluice.Certificates.Local;

/// <summary>A file with an authority in it: readable by its owner only, replaced as a whole. One at a time, of all threads and processes, writes or deletes.</summary>
/// <param name="path">Where it is.</param>
internal sealed class IssuerFile(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // An authority has about 3 KB.
    private const int BytesMax = 64 * 1_024;

    /// <summary>Reads the authority in it; null when there is no file.</summary>
    /// <exception cref="CertificateException">It can't be read, or something else is in it.</exception>
    internal LocalIssuer? Read() => ReadText() is not { } text ? null
        : LocalIssuer.ReadPem(text)
            ?? throw new CertificateException($"{path} is not a local authority any more; move it away, and a new one is made, which has to be trusted anew");

    /// <summary>Reads what is in it; null when there is no file.</summary>
    /// <exception cref="CertificateException">It can't be read, or is too large.</exception>
    internal string? ReadText()
    {
        try
        {
            return !File.Exists(path) ? null
                : new FileInfo(path).Length <= BytesMax ? File.ReadAllText(path)
                : throw new CertificateException($"{path} is too large for a local authority");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"the local authority can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a text to it.</summary>
    /// <exception cref="CertificateException">It can't be written; then it is as it was.</exception>
    internal void Write(string text)
    {
        // Always the same, so that what a crash leaves behind, a key maybe, is replaced when this is tried again.
        string temporary = $"{path}.new";
        try
        {
            File.Delete(temporary);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"the local authority can't be written: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Deletes it, if it is there.</summary>
    /// <exception cref="CertificateException">It can't be deleted.</exception>
    internal void Delete()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"{path} of the local authority can't be deleted: {exception.Message}", exception);
        }
    }
}
