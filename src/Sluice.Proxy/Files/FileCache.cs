using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor;
using Sluice.Reactor.Files;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Files;

/// <summary>The files of one route that a worker keeps open, so that a file asked for again costs no system call to find. For the worker's loop.</summary>
/// <remarks>
/// <para>
/// What is kept is looked at again after <see cref="ValidMs"/>, when it is next asked for: opened anew by its path, so that a file that was changed, replaced, removed or
/// closed to this process is noticed within that time. The folder itself is treated the same way, so that a link to the current release can be switched.
/// </para>
/// <para>
/// Bounded: by the number of descriptors, of which the least recently used are closed, and by the bytes of content. What nobody asked for in <see cref="InactiveMs"/> is
/// closed, too; that is also how the files of routes go that a reload removed. Names that don't exist are remembered apart from them (<see cref="MissingNames"/>), and looked for again
/// after the same time.
/// </para>
/// </remarks>
internal sealed class FileCache : ITimerTarget
{
    /// <summary>Content up to this size is kept in memory, once a file was asked for twice; more is sent from the file.</summary>
    public const int ContentBytesEach = 16 * 1024;

    private const int ValidMs = 1000;
    private const int InactiveMs = 30_000;
    private const int SweepMs = 10_000;

    // Per route and worker: a share of what the process may have open, most of which is for connections.
    private const int DescriptorsMax = 1000;
    private const int DescriptorShare = 16;
    private const int ContentBytesMax = 8 * 1024 * 1024;

    // A file that has just changed may be changing still, and the file system's clock has ticks.
    private const int RestSeconds = 3;

    private readonly Worker _worker;
    private readonly FilesAction _plan;
    private readonly FileHead _heads;
    private readonly Dictionary<byte[], FileEntry> _entries = new(PathComparer.Instance);
    private readonly Dictionary<byte[], FileEntry>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<(SideFile Side, OpenedFile File)> _sides = [];
    private readonly byte[][] _endings;
    private readonly MissingNames _missing = new();
    private readonly LoopTimer _sweep;
    private readonly int _descriptorsMax;
    private FileRoot? _root;
    private FileOpening _rootOpening;
    private long _rootValidUntilMs = long.MinValue;
    private FileEntry? _newest;
    private FileEntry? _oldest;
    private long _contentBytes;

    public FileCache(Worker worker, FilesAction plan)
    {
        _worker = worker;
        _plan = plan;
        _heads = new FileHead(plan);
        _lookup = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        _endings = [.. plan.Precompressed.Select(side => System.Text.Encoding.ASCII.GetBytes(side.Ending))];
        _sweep = worker.Loop.Timers.Create(this);
        _descriptorsMax = (int)Math.Clamp(LoopGroup.DescriptorLimit() / DescriptorShare, 1, DescriptorsMax);
    }

    /// <summary>Memory for the path that is looked for.</summary>
    public FilePath Path { get; } = new();

    /// <summary>Descriptors that it holds, but for that of the folder.</summary>
    public int Descriptors { get; private set; }

    /// <summary>Finds the file that <see cref="Path"/> names.</summary>
    /// <param name="opening">Why there is none.</param>
    /// <returns>A loan until the next call: what is sent retains the file.</returns>
    public FileEntry? Find(out FileOpening opening)
    {
        Debug.Assert(!Path.IsFolder, "A folder is no file.");
        long nowMs = _worker.Loop.NowMs;
        bool isKept = _lookup.TryGetValue(Path.Bytes, out FileEntry? entry);
        if (!isKept && IsMissing(nowMs))
        {
            opening = FileOpening.Missing;
            return null;
        }

        if (!isKept || nowMs >= entry!.ValidUntilMs || nowMs >= _rootValidUntilMs)
        {
            entry = Refresh(nowMs, isKept ? entry : null, out opening);
        }
        else
        {
            opening = FileOpening.Opened;
        }

        if (entry is not null)
        {
            entry.UsedMs = nowMs;
            entry.Uses++;
            MoveToFront(entry);
        }

        return entry;
    }

    /// <summary>Opens the folder that <see cref="Path"/> names, to be listed.</summary>
    /// <param name="folder">Retained for the caller.</param>
    public FileOpening OpenFolder(out OpenedFile? folder)
    {
        folder = null;
        long nowMs = _worker.Loop.NowMs;
        if (IsMissing(nowMs))
        {
            return FileOpening.Missing;
        }

        FileOpening opening = RefreshRoot(nowMs);
        opening = _root is null ? opening : _root.Open(Path.Bytes.IsEmpty ? ".\0"u8 : Path.Terminated, out folder);
        if (folder is { Status.IsFolder: false })
        {
            folder.Release();
            folder = null;
            opening = FileOpening.Missing;
        }

        Remember(opening, nowMs);
        return opening;
    }

    /// <summary>Keeps the content of a small file that was read as a whole, if that is worth it.</summary>
    public void Keep(FileEntry entry, ReadOnlySpan<byte> content)
    {
        Debug.Assert(content.Length == entry.File.Length, "It is all of it.");
        bool isAtRest = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - entry.File.Status.ModifiedSeconds >= RestSeconds;
        if (entry.Uses < 2 || entry.Content is not null || !isAtRest || content.Length > ContentBytesEach || !Holds(entry))
        {
            return;
        }

        entry.Content = content.ToArray();
        _contentBytes += content.Length;
        while (_contentBytes > ContentBytesMax && _oldest is { } oldest && !ReferenceEquals(oldest, _newest))
        {
            Remove(oldest);
        }
    }

    /// <summary>Closes everything. It may be used again.</summary>
    public void Clear()
    {
        while (_newest is { } entry)
        {
            Remove(entry);
        }

        _missing.Clear();
        _root?.Close();
        _root = null;
        _rootValidUntilMs = long.MinValue;
        _sweep.Stop();
        Debug.Assert(Descriptors == 0 && _contentBytes == 0 && _entries.Count == 0, "What is counted is what is there.");
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        long limitMs = _worker.Loop.NowMs - InactiveMs;
        while (_oldest is { } entry && entry.UsedMs <= limitMs)
        {
            Remove(entry);
        }

        if (_oldest is null)
        {
            Clear();
            _worker.OnFilesClosed(this);
        }
        else
        {
            _sweep.Set(SweepMs);
        }
    }

    // A variant is no entry of its own.
    private bool Holds(FileEntry entry) => _lookup.TryGetValue(entry.Key, out FileEntry? held)
        && (ReferenceEquals(held, entry) || Array.Exists(held.Variants, variant => ReferenceEquals(variant.Entry, entry)));

    private FileEntry? Refresh(long nowMs, FileEntry? kept, out FileOpening opening)
    {
        opening = RefreshRoot(nowMs);
        if (_root is null)
        {
            return null;
        }

        // With the folder that it was in, it went, too.
        kept = kept is not null && ReferenceEquals(_entries.GetValueOrDefault(kept.Key), kept) ? kept : null;
        if (kept is not null && IsSame(kept))
        {
            opening = FileOpening.Opened;
            kept.ValidUntilMs = nowMs + ValidMs;
            return kept;
        }

        if (kept is not null)
        {
            Remove(kept);
        }

        opening = OpenFile(out OpenedFile? file);
        if (file is null)
        {
            Remember(opening, nowMs);
            return null;
        }

        OpenSides();
        FileEntry entry = Create(file);
        entry.ValidUntilMs = nowMs + ValidMs;
        Add(entry);
        return entry;
    }

    private bool IsMissing(long nowMs) => nowMs < _rootValidUntilMs && _missing.Has(Path.Bytes, nowMs);

    private void Remember(FileOpening opening, long nowMs)
    {
        if (opening == FileOpening.Missing && _root is not null)
        {
            _missing.Add(Path.Bytes, nowMs, nowMs + ValidMs);
        }
    }

    // Whatever leads to it may lead elsewhere by now.
    private FileOpening RefreshRoot(long nowMs)
    {
        if (nowMs < _rootValidUntilMs)
        {
            return _rootOpening;
        }

        if (_root is { } root && FileStatus.Read(_plan.Root) is { } status && status.Inode == root.Status.Inode && status.Device == root.Status.Device)
        {
            _rootValidUntilMs = nowMs + ValidMs;
            return FileOpening.Opened;
        }

        Clear();
        _rootOpening = FileRoot.Open(_worker.Loop, _plan.Root, _plan.Links, out _root);
        _rootValidUntilMs = nowMs + ValidMs;
        _sweep.Set(SweepMs);
        _worker.OnFilesOpened(this);
        return _rootOpening;
    }

    private FileOpening OpenFile(out OpenedFile? file)
    {
        FileOpening opening = _root!.Open(Path.Terminated, out file);
        if (opening == FileOpening.Exhausted && _newest is not null)
        {
            // What is kept for later gives way to what is wanted now.
            while (_newest is { } entry)
            {
                Remove(entry);
            }

            opening = _root.Open(Path.Terminated, out file);
        }

        if (file is { Status.IsFolder: true })
        {
            file.Release();
            file = null;
            opening = FileOpening.Missing;
        }

        return opening;
    }

    private void OpenSides()
    {
        _sides.Clear();
        int length = Path.Bytes.Length;
        for (int i = 0; i < _endings.Length; i++)
        {
            if (!Path.TryAppend(_endings[i]) || _root!.Open(Path.Terminated, out OpenedFile? file) != FileOpening.Opened)
            {
                Path.Truncate(length);
                continue;
            }

            Path.Truncate(length);
            if (file!.Status.IsRegular)
            {
                _sides.Add((_plan.Precompressed[i], file));
            }
            else
            {
                file.Release();
            }
        }
    }

    // Opened and closed again: what may no longer be read, or has gone behind a link that leads out, is noticed as well.
    private bool IsSame(FileEntry entry)
    {
        if (_root!.Look(Path.Terminated, out FileStatus status) != FileOpening.Opened || status != entry.File.Status)
        {
            return false;
        }

        int length = Path.Bytes.Length;
        int known = 0;
        bool isSame = true;
        for (int i = 0; i < _endings.Length && isSame; i++)
        {
            bool isThere = Path.TryAppend(_endings[i]) && _root.Look(Path.Terminated, out status) == FileOpening.Opened && status.IsRegular;
            Path.Truncate(length);
            bool isKnown = known < entry.Variants.Length && entry.Variants[known].Side == _plan.Precompressed[i];
            isSame = isThere == isKnown && (!isThere || entry.Variants[known].Entry.File.Status == status);
            known += isKnown ? 1 : 0;
        }

        return isSame;
    }

    private FileEntry Create(OpenedFile file)
    {
        byte[] key = Path.Bytes.ToArray();
        bool varies = _sides.Count > 0;
        var entry = new FileEntry(key, file, _heads.Create(key, file.Status, side: null, varies));
        if (varies)
        {
            entry.Variants = [.. _sides.Select(side => (side.Side, new FileEntry(key, side.File, _heads.Create(key, side.File.Status, side.Side, varies: true))))];
            _sides.Clear();
        }

        return entry;
    }

    private void Add(FileEntry entry)
    {
        while (Descriptors + 1 + entry.Variants.Length > _descriptorsMax && _oldest is { } oldest)
        {
            Remove(oldest);
        }

        _entries.Add(entry.Key, entry);
        Descriptors += 1 + entry.Variants.Length;
        Link(entry);
    }

    private void Remove(FileEntry entry)
    {
        _entries.Remove(entry.Key);
        Unlink(entry);
        Descriptors -= 1 + entry.Variants.Length;
        _contentBytes -= entry.Content?.Length ?? 0;
        foreach ((_, FileEntry variant) in entry.Variants)
        {
            _contentBytes -= variant.Content?.Length ?? 0;
        }

        entry.Close();
    }

    private void MoveToFront(FileEntry entry)
    {
        if (!ReferenceEquals(entry, _newest))
        {
            Unlink(entry);
            Link(entry);
        }
    }

    private void Link(FileEntry entry)
    {
        entry.Older = _newest;
        entry.Newer = null;
        if (_newest is null)
        {
            _oldest = entry;
        }
        else
        {
            _newest.Newer = entry;
        }

        _newest = entry;
    }

    private void Unlink(FileEntry entry)
    {
        if (entry.Newer is null)
        {
            _newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        if (entry.Older is null)
        {
            _oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }
    }
}
