using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>
/// The files of objects, and what the index says of them, changed together: each change of a name is under the lock of its folder of the first level, so that no file is without an
/// entry and nobody removes what another has just put there. Any thread but a loop's.
/// </summary>
internal sealed class ObjectFiles(DiskState state)
{
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 256).Select(static _ => new Lock())];

    /// <summary>
    /// Opens the file of an object and reads its header, and sees to it that it is what it should be: a file and nothing else, of this user, of this version, undamaged as far as its
    /// size and its header tell.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="scratch">The header is read into it, or, if it is larger, into an array of its own.</param>
    /// <param name="file">The file; null when it can't be used.</param>
    /// <param name="status">What it is.</param>
    /// <param name="header">What it says.</param>
    public DiskOpening Open(UInt128 name, byte[] scratch, out SafeFileHandle? file, out FileStatus status, out DiskHeader header)
    {
        status = default;
        header = default;
        file = state.Folder.OpenObject(name, writes: false, out FileError error);
        if (file is null)
        {
            if (!error.IsMissing && !error.IsOtherKind)
            {
                state.Counters.Count(DiskEvent.Failed);
            }

            return error.IsMissing ? DiskOpening.Missing : error.IsOtherKind ? DiskOpening.Damaged : DiskOpening.Failed;
        }

        DiskOpening opening = Read(name, file, scratch, out status, out header);
        if (opening != DiskOpening.Opened)
        {
            file.Dispose();
            file = null;
        }

        return opening;
    }

    /// <summary>Gives the file that an object was written into its name, and enters it into the index.</summary>
    /// <param name="temp">The number of the file.</param>
    /// <param name="entry">The object.</param>
    /// <param name="content">What purges are asked about.</param>
    /// <param name="verdict">What they say: not to be stored if so.</param>
    public FileError Publish(ulong temp, in DiskEntry entry, in DiskHeaderContent content, out DiskVerdict verdict)
    {
        lock (LockOf(entry.Name))
        {
            verdict = DiskVerdict.Refuse;
            FileError error = state.Folder.Publish(temp, entry.Name);
            if (error.HasFailed)
            {
                return error;
            }

            verdict = state.Index.Enter(in entry, state.Purges, in content);
            if (verdict == DiskVerdict.Refuse)
            {
                state.Index.TryRemove(entry.Key, out _);
                state.Folder.Remove(entry.Name);
            }
        }

        if (verdict == DiskVerdict.Mark)
        {
            Mark(entry.Key);
        }

        return FileError.None;
    }

    /// <summary>Enters an object that was there before the start, unless there is one already or it was purged since.</summary>
    public void Adopt(in DiskEntry entry, in DiskHeaderContent content)
    {
        lock (LockOf(entry.Name))
        {
            if (state.Index.TryGet(entry.Key, out _))
            {
                return;
            }

            // Somebody may have removed it since it was read.
            if (state.Folder.StatusOf(entry.Name) is null)
            {
                return;
            }

            DiskVerdict verdict = state.Index.Enter(in entry, state.Purges, in content);
            if (verdict == DiskVerdict.Refuse)
            {
                state.Folder.Remove(entry.Name);
            }
            else if (verdict == DiskVerdict.Mark)
            {
                Mark(entry.Key);
            }
        }
    }

    /// <summary>Removes an object; false when there was none.</summary>
    public bool TryRemove(in DiskKey key)
    {
        lock (LockOf(key.Name))
        {
            bool wasThere = state.Index.TryRemove(in key, out _);
            FileError error = state.Folder.Remove(key.Name);
            return wasThere || !error.HasFailed;
        }
    }

    /// <summary>Removes the file of an object that was taken out of the index before; not one that was stored since.</summary>
    public void RemoveFile(in DiskKey key)
    {
        lock (LockOf(key.Name))
        {
            if (!state.Index.TryGet(in key, out _))
            {
                state.Folder.Remove(key.Name);
            }
        }
    }

    /// <summary>Removes what turned out to be damaged or foreign, unless something else has its name by now.</summary>
    /// <param name="key">What it is known by; its URL is 0 where that can't be known.</param>
    /// <param name="opened">What was looked at; null when it couldn't be opened.</param>
    public void Discard(in DiskKey key, FileStatus? opened)
    {
        lock (LockOf(key.Name))
        {
            FileStatus? now = state.Folder.StatusOf(key.Name);
            if (opened is { } before && now is { } found && (found.Inode != before.Inode || found.Device != before.Device))
            {
                return;
            }

            if (opened is null && now is { IsRegular: true } regular && regular.UserId == ProcessUser.Id)
            {
                return;
            }

            state.Index.TryRemove(in key, out _);
            if (now is null || state.Folder.Remove(key.Name).HasFailed)
            {
                // Somebody else was faster, or it isn't to be removed: a folder with something in it.
                return;
            }
        }

        state.Counters.Count(DiskEvent.Damaged);
    }

    /// <summary>Takes an object out of the index whose file is gone.</summary>
    public void Forget(in DiskKey key)
    {
        lock (LockOf(key.Name))
        {
            if (state.Folder.StatusOf(key.Name) is null)
            {
                state.Index.TryRemove(in key, out _);
            }
        }
    }

    /// <summary>Marks an object in its file, as it is in the index already, so that it is marked after a restart, too.</summary>
    public void Mark(in DiskKey key)
    {
        lock (LockOf(key.Name))
        {
            using SafeFileHandle? file = OpenToWrite(in key, out byte[] area);
            if (file is null || !DiskHeader.TryRead(area, out DiskHeader header))
            {
                return;
            }

            Span<byte> mark = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(mark, (uint)header.Generation);
            if (FileContent.Write(file, mark, DiskHeader.MarkOffset).HasFailed)
            {
                // What can't be marked must not be found unmarked after a restart.
                state.Index.TryRemove(in key, out _);
                state.Folder.Remove(key.Name);
            }
        }
    }

    /// <summary>Gives an object another head and metadata, and takes its mark away.</summary>
    /// <param name="key">What it is known by.</param>
    /// <param name="content">The new ones.</param>
    /// <param name="since">The number of the last purge when its server was asked about it.</param>
    /// <param name="metaBefore">The metadata that it has to have; empty for any.</param>
    /// <returns>Whether that is so now. Otherwise it is as it was before; where the new head doesn't fit in, or a purge meant it, it is gone.</returns>
    public bool TryRefresh(in DiskKey key, in DiskHeaderContent content, long since, ReadOnlySpan<byte> metaBefore)
    {
        lock (LockOf(key.Name))
        {
            if (!state.Index.TryGet(in key, out DiskEntry entry))
            {
                return false;
            }

            using SafeFileHandle? file = OpenToWrite(in key, out byte[] area);
            if (file is null || !DiskHeader.TryRead(area, out DiskHeader header) || !header.Key.SequenceEqual(content.Key) || !header.Meta.StartsWith(metaBefore))
            {
                return false;
            }

            entry = DiskEntry.Of(in key, entry.Bytes, content.UselessAfter, entry.LastUse, header.Layout.Salt, since, entry.IsAuxiliary);
            DiskVerdict verdict = DiskVerdict.Refuse;
            if (DiskHeader.Fits(content.Head.Length, header.SlotBytes))
            {
                var slot = new byte[header.SlotBytes];
                DiskHeader.WriteSlot(slot, in content, header.Layout.Salt, header.Generation + 1);
                FileError error = FileContent.Write(file, slot, header.NextSlotOffset);
                if (error.HasFailed)
                {
                    // The slot that counted still does.
                    state.Storing.OnFailed(error);
                    state.Counters.Count(DiskEvent.Failed);
                    return false;
                }

                verdict = state.Index.Enter(in entry, state.Purges, in content);
            }

            if (verdict == DiskVerdict.Refuse)
            {
                state.Index.TryRemove(in key, out _);
                state.Folder.Remove(key.Name);
                return false;
            }

            if (verdict == DiskVerdict.Mark)
            {
                // By a purge since its server was asked about it.
                Mark(in key);
            }

            return true;
        }
    }

    private Lock LockOf(UInt128 name) => _locks[(int)(name >> 120)];

    private static DiskOpening Read(UInt128 name, SafeFileHandle file, byte[] scratch, out FileStatus status, out DiskHeader header)
    {
        header = default;
        FileStatus? known = FileStatus.Read(file);
        status = known ?? default;
        if (known is null)
        {
            return DiskOpening.Failed;
        }

        if (!status.IsRegular || status.UserId != ProcessUser.Id)
        {
            return DiskOpening.Damaged;
        }

        int read = FileContent.Read(file, scratch.AsSpan(0, DiskLayout.ChunkBytes), 0);
        if (read < 0)
        {
            return DiskOpening.Failed;
        }

        int length = DiskHeader.BytesOf(scratch.AsSpan(0, read));
        if (length < 0 || length > (long)status.SizeBytes)
        {
            return DiskOpening.Damaged;
        }

        byte[] area = scratch;
        if (length > read)
        {
            area = new byte[length];
            if (FileContent.Read(file, area, 0) != length)
            {
                return DiskOpening.Failed;
            }
        }

        bool isWhole = DiskHeader.TryRead(area.AsSpan(0, length), out header)
            && header.ContentLength <= (long)status.SizeBytes && header.Layout.FileBytes(header.ContentLength) == (long)status.SizeBytes
            && DiskKey.Of(header.Key).Name == name;
        return isWhole ? DiskOpening.Opened : DiskOpening.Damaged;
    }

    private SafeFileHandle? OpenToWrite(in DiskKey key, out byte[] area)
    {
        area = [];
        SafeFileHandle? file = state.Folder.OpenObject(key.Name, writes: true, out _);
        if (file is null)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[DiskHeader.PrefixBytes];
        int length = FileStatus.Read(file) is { IsRegular: true } && FileContent.Read(file, prefix, 0) == prefix.Length ? DiskHeader.BytesOf(prefix) : -1;
        area = new byte[Math.Max(length, 0)];
        if (length >= 0 && FileContent.Read(file, area, 0) == length)
        {
            return file;
        }

        file.Dispose();
        return null;
    }
}
