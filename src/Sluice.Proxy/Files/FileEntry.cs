using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Files;

/// <summary>A file that is kept open, with what is sent of it. Belongs to a worker's <see cref="FileCache"/>.</summary>
/// <param name="key">The path below the folder.</param>
/// <param name="file">Retained for the entry.</param>
/// <param name="head">The head that goes with it.</param>
internal sealed class FileEntry(byte[] key, OpenedFile file, ResponseHead head)
{
    /// <summary>The path below the folder.</summary>
    public byte[] Key => key;

    /// <summary>The open file.</summary>
    public OpenedFile File => file;

    /// <summary>The head that goes with it.</summary>
    public ResponseHead Head => head;

    /// <summary>The content, once it is known to be worth keeping; null where the file is read.</summary>
    public byte[]? Content { get; set; }

    /// <summary>The same content compressed, in the order of preference.</summary>
    public (SideFile Side, FileEntry Entry)[] Variants { get; set; } = [];

    /// <summary>When it has to be looked at again, in milliseconds of the loop's clock.</summary>
    public long ValidUntilMs { get; set; }

    /// <summary>When it was last asked for.</summary>
    public long UsedMs { get; set; }

    /// <summary>How often it was asked for.</summary>
    public int Uses { get; set; }

    /// <summary>The one that was used after it.</summary>
    public FileEntry? Newer { get; set; }

    /// <summary>The one that was used before it.</summary>
    public FileEntry? Older { get; set; }

    /// <summary>Lets the files go.</summary>
    public void Close()
    {
        file.Release();
        foreach ((_, FileEntry entry) in Variants)
        {
            entry.Close();
        }
    }
}
