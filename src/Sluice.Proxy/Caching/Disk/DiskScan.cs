using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>Looks through the folder after a start, in small steps, and enters what is there into the index. What doesn't belong there is removed. The keeper's.</summary>
internal sealed class DiskScan(DiskState state)
{
    private readonly Queue<int> _firsts = new();
    private readonly Queue<int> _folders = new();
    private readonly Queue<UInt128> _objects = new();
    private bool _hasBegun;

    /// <summary>Whether all was looked through.</summary>
    public bool IsDone => state.ScannedFolders == DiskKey.Folders;

    /// <summary>Looks at so many files and folders.</summary>
    public void Step(int count, byte[] scratch)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            state.Folder.ListFolders(null, out int strangers).ForEach(_firsts.Enqueue);
            state.Counters.Count(DiskEvent.Damaged, strangers);
        }

        for (int i = 0; i < count && !IsDone; i++)
        {
            if (_objects.TryDequeue(out UInt128 name))
            {
                Look(name, scratch);
            }
            else if (!TryNextFolder())
            {
                state.ScannedFolders = DiskKey.Folders;
            }
        }
    }

    private bool TryNextFolder()
    {
        int strangers;
        if (!_folders.TryDequeue(out int folder))
        {
            if (!_firsts.TryDequeue(out int first))
            {
                return false;
            }

            state.ScannedFolders = first << 8;
            state.Folder.ListFolders(first, out strangers).ForEach(second => _folders.Enqueue((first << 8) | second));
            state.Counters.Count(DiskEvent.Damaged, strangers);
            return true;
        }

        state.ScannedFolders = folder;
        state.Folder.ListObjects(folder, out strangers).ForEach(_objects.Enqueue);
        state.Counters.Count(DiskEvent.Damaged, strangers);
        return true;
    }

    private void Look(UInt128 name, byte[] scratch)
    {
        DiskOpening opening = state.Files.Open(name, scratch, out SafeFileHandle? file, out FileStatus status, out DiskHeader header);
        file?.Dispose();
        if (opening == DiskOpening.Damaged)
        {
            state.Files.Discard(new DiskKey(name, 0), status.Inode == 0 ? null : status);
        }

        if (opening != DiskOpening.Opened)
        {
            return;
        }

        DiskKey key = DiskKey.Of(header.Key);
        var content = new DiskHeaderContent(header.Key, header.Meta, header.Head, header.UselessAfter);
        DiskEntry entry = DiskEntry.Of(
            in key, (long)status.SizeBytes, header.UselessAfter, status.ModifiedSeconds, header.Layout.Salt, 0, state.IsAuxiliary(in content));
        if (header.IsMarked)
        {
            entry.Flags |= DiskEntryFlags.Marked;
        }

        state.Files.Adopt(in entry, in content);
    }
}
