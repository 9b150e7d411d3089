using System.Text;

namespace Sluice.Cli.Output;

/// <summary>Replaces files so that nobody ever sees half of one.</summary>
internal static class WholeFile
{
    /// <summary>Replaces the content of a file, through a symbolic link if it is one; its mode stays.</summary>
    /// <exception cref="IOException">It can't be written; then it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written; then it is as it was.</exception>
    internal static void Replace(string path, string text)
    {
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
