using System.Buffers;
using System.Buffers.Binary;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>Reads what is in a folder that is open (getdents64(2)). Blocks as file systems do: not for a loop.</summary>
public static unsafe class FolderReader
{
    // struct linux_dirent64: an inode, an offset, the length of the record, a type, the name with its NUL.
    private const int LengthOffset = 16;
    private const int NameOffset = 19;
    private const int BlockBytes = 32 * 1024;

    /// <summary>Reads the entries that <paramref name="isWanted"/> takes, in no order, up to so many.</summary>
    /// <param name="folder">Retained until this is done.</param>
    /// <param name="isWanted">By the name.</param>
    /// <param name="countMax">The most that are read.</param>
    /// <param name="isWhole">Whether there are no more than those.</param>
    /// <returns>Null when it can't be read.</returns>
    public static List<FolderEntry>? Read(OpenedFile folder, Func<byte[], bool> isWanted, int countMax, out bool isWhole)
    {
        var entries = new List<FolderEntry>();
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        isWhole = false;
        nint read = 1;
        while (read > 0 && entries.Count <= countMax)
        {
            fixed (byte* start = block)
            {
                read = LibC.ReadFolder(LibC.CallReadFolder, folder.Descriptor, start, block.Length);
            }

            for (int at = 0; at < read && entries.Count <= countMax;)
            {
                int length = BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(at + LengthOffset));
                ReadOnlySpan<byte> name = block.AsSpan(at + NameOffset, length - NameOffset);
                AddIf(entries, folder, name[..name.IndexOf((byte)0)], isWanted);
                at += length;
            }
        }

        ArrayPool<byte>.Shared.Return(block);
        isWhole = entries.Count <= countMax;
        if (!isWhole)
        {
            entries.RemoveAt(countMax);
        }

        return read < 0 ? null : entries;
    }

    // What went away meanwhile, and what is neither file nor folder nor link, is left out.
    private static void AddIf(List<FolderEntry> entries, OpenedFile folder, ReadOnlySpan<byte> name, Func<byte[], bool> isWanted)
    {
        byte[] copy = name.ToArray();
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || !isWanted(copy))
        {
            return;
        }

        byte* path = stackalloc byte[name.Length + 1];
        name.CopyTo(new Span<byte>(path, name.Length));
        path[name.Length] = 0;
        if (FileStatus.Read(folder.Descriptor, path, LibC.AtNoFollow) is { } status && (status.IsRegular || status.IsFolder || status.IsLink))
        {
            entries.Add(new FolderEntry(copy, status.IsFolder, status.IsLink, (long)status.SizeBytes, status.ModifiedSeconds));
        }
    }
}
