using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Files;

namespace Sluice.Cli.Output;

/// <summary>Replaces files so that nobody ever sees half of one.</summary>
internal static class WholeFile
{
    /// <summary>Replaces the content of a file, through a symbolic link if it is one; its owner, group and mode stay.</summary>
    /// <exception cref="IOException">It can't be written; then it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written; then it is as it was.</exception>
    internal static void Replace(string path, string text)
    {
        // A link is read relative to its folder, which has to be known.
        path = Path.GetFullPath(path);
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                KeepOwner(target, temporary, file.SafeFileHandle);
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

    // Who may read and change the file is not for a formatter to decide. Before the mode, which a change of the owner takes bits from.
    private static void KeepOwner(string target, string temporary, SafeFileHandle file)
    {
        if (FileStatus.Read(target) is not { } old || FileStatus.Read(temporary) is not { } fresh)
        {
            throw new IOException("its owner can't be told");
        }

        bool isSame = (old.UserId, old.GroupId) == (fresh.UserId, fresh.GroupId);
        if (!isSame && !FileOwner.TrySet(file, old.UserId, old.GroupId))
        {
            throw new IOException($"it belongs to user {old.UserId} and group {old.GroupId}, and would not any more; run this as that user or as root");
        }
    }
}
