using Microsoft.Win32.SafeHandles;
using Sluice.Proxy.Caching.Tiers;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>One look-up of an object: opens its file, and sees to it that it is the right one, whole and not purged.</summary>
internal sealed class DiskFind(DiskState state, byte[] key) : TaskCompletionSource<ITierObject?>(TaskCreationOptions.RunContinuationsAsynchronously), IDiskJob
{
    // How often the time of the last use is written down in the file, at most, and in how many parts of the time that nobody has to ask for it.
    private const int NoteSeconds = 3600;
    private const int NoteParts = 8;

    private readonly DiskKey _key = DiskKey.Of(key);

    /// <inheritdoc/>
    public void Run(byte[] scratch)
    {
        DiskObject? found = Find(scratch);
        if (found is not null)
        {
            state.Counters.Count(DiskEvent.Found);
        }

        if (!TrySetResult(found))
        {
            found?.Release();
        }
    }

    /// <inheritdoc/>
    public void Fail() => TrySetResult(null);

    private DiskObject? Find(byte[] scratch)
    {
        DiskOpening opening = state.Files.Open(_key.Name, scratch, out SafeFileHandle? file, out FileStatus status, out DiskHeader header);
        switch (opening)
        {
            case DiskOpening.Opened when header.Key.SequenceEqual(key):
                break;
            case DiskOpening.Opened:
                // Another key with the same name: it stays, until this one is stored.
                file!.Dispose();
                return null;
            case DiskOpening.Missing:
                state.Files.Forget(in _key);
                return null;
            case DiskOpening.Damaged:
                state.Files.Discard(in _key, status.Inode == 0 ? null : status);
                return null;
            default:
                return null;
        }

        if (!TryJudge(in header, in status, out bool isMarked))
        {
            file!.Dispose();
            return null;
        }

        Note(file!, in status);
        return new DiskObject(state, in _key, file!, in header, isMarked);
    }

    // After the file was opened: what was purged before is not in the index any more, or remembered.
    private bool TryJudge(in DiskHeader header, in FileStatus status, out bool isMarked)
    {
        var content = new DiskHeaderContent(header.Key, header.Meta, header.Head, header.UselessAfter);
        DiskPurge[] running = state.Purges.Running();
        bool isKnown = state.Index.TryGet(in _key, out DiskEntry entry);
        isMarked = header.IsMarked || entry.IsMarked;
        if (isKnown && !entry.IsAbout(header.Layout.Salt))
        {
            // Replaced since it was opened; a miss, and nothing wrong.
            return false;
        }

        DiskVerdict verdict = isKnown
            ? DiskPurges.Judge(running, entry.Sequence, in content)
            : (DiskVerdict)Math.Max((int)state.Purges.JudgeNew(0, in content), (int)state.Index.ShardOf(_key.Url).Judge(in _key, 0));

        bool isUseless = header.UselessAfter < state.NowSeconds;
        if (verdict == DiskVerdict.Refuse || isUseless)
        {
            if (isKnown && state.Files.TryRemove(in _key))
            {
                state.Counters.Count(isUseless ? DiskEvent.Expired : DiskEvent.Purged);
            }

            return false;
        }

        isMarked |= verdict == DiskVerdict.Mark;
        if (!isKnown)
        {
            DiskEntry found = DiskEntry.Of(in _key, (long)status.SizeBytes, header.UselessAfter, state.NowSeconds, header.Layout.Salt, 0, state.IsAuxiliary(in content));
            state.Files.Adopt(in found, in content);
        }

        return true;
    }

    private void Note(SafeFileHandle file, in FileStatus status)
    {
        long now = state.NowSeconds;
        state.Index.ShardOf(_key.Url).Touch(in _key, DiskEntry.Seconds(now));
        if (now - status.ModifiedSeconds > Math.Min(NoteSeconds, state.Plan.InactiveSeconds / NoteParts))
        {
            // After a restart it is known from there. A disk that doesn't take it makes no difference.
            FileContent.SetModified(file, now);
        }
    }
}
