using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>The thread that keeps the folder in order, in small steps: looks it through after a start, removes what was purged, and what is of no use any more, and watches what is free.</summary>
internal sealed class DiskKeeper
{
    // How long it rests: after a step of the scan, so that the disk has time for others (25,000 files a second at the most); otherwise between looks.
    private const int ScanRestMs = 10;
    private const int RestMs = 250;
    private const int ScanFiles = 256;

    // All shards in 4 s; of a million objects, 65,000 at each look.
    private const int ShardsPerLook = 16;

    // What is removed between two looks at what is free, while that is too little.
    private const int EvictionsPerLook = 64;

    private readonly DiskState _state;
    private readonly DiskScan _scan;
    private readonly ConcurrentQueue<(DiskKey Key, bool IsSoft)> _purged = new();
    private readonly ConcurrentQueue<DiskPurge> _added = new();
    private readonly List<DiskPurge> _running = [];
    private readonly List<DiskEntry> _entries = [];
    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly byte[] _scratch = new byte[DiskLayout.ChunkBytes + DiskLayout.CrcBytes];
    private int _purgeShard;
    private int _lookShard;
    private bool _isWoken;
    private volatile bool _isEnding;

    /// <summary>Starts it.</summary>
    public DiskKeeper(DiskState state)
    {
        _state = state;
        _scan = new DiskScan(state);
        _thread = new Thread(Run) { Name = "sluice cache keeper", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Has the files removed, or marked, of objects that were removed from the index, or marked there. Any thread.</summary>
    public void Add(List<DiskEntry> purged, bool isSoft)
    {
        foreach (DiskEntry entry in purged)
        {
            _purged.Enqueue((entry.Key, isSoft));
        }

        Wake();
    }

    /// <summary>Has a purge go through all objects. Any thread.</summary>
    public void Add(DiskPurge purge)
    {
        _added.Enqueue(purge);
        Wake();
    }

    /// <summary>Has it look at everything soon. Any thread.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends it, when all files are removed that are to be: what was purged must not be there again after a restart. False when that takes longer than so long.</summary>
    public bool TryEnd(TimeSpan patience)
    {
        _isEnding = true;
        Wake();
        if (!_thread.Join(patience))
        {
            return false;
        }

        while (_added.TryDequeue(out DiskPurge? added))
        {
            _running.Add(added);
        }

        _running.ForEach(static purge => purge.GiveUp());
        return true;
    }

    private void Run()
    {
        while (!_isEnding)
        {
            try
            {
                int restMs = Step();
                if (restMs > 0)
                {
                    Rest(restMs);
                }
            }
            catch (Exception exception)
            {
                // Nothing that a disk does throws: this is a bug, reported and survived.
                _state.Log($"bug: {exception}");
                Rest(RestMs);
            }
        }

        RemovePurged();
    }

    private void Rest(int milliseconds)
    {
        lock (_gate)
        {
            if (!_isWoken)
            {
                Monitor.Wait(_gate, milliseconds);
            }

            _isWoken = false;
        }
    }

    // How long to rest, in milliseconds.
    private int Step()
    {
        RemovePurged();
        if (!_scan.IsDone)
        {
            _scan.Step(ScanFiles, _scratch);
            return ScanRestMs;
        }

        while (_running.Count == 0 && _added.TryDequeue(out DiskPurge? added))
        {
            // Those that come meanwhile go through together, afterwards.
            _running.Add(added);
            while (_added.TryDequeue(out added))
            {
                _running.Add(added);
            }
        }

        if (_running.Count > 0)
        {
            PurgeShard();
            return 0;
        }

        _state.LookAtSpace();
        _state.TryMakeRoom(0);
        for (int i = 0; i < EvictionsPerLook && _state.IsShortOfSpace && _state.TryEvict(); i++)
        {
            _state.LookAtSpace();
        }

        for (int i = 0; i < ShardsPerLook; i++)
        {
            RemoveUseless();
        }

        return RestMs;
    }

    private void RemovePurged()
    {
        while (_purged.TryDequeue(out (DiskKey Key, bool IsSoft) purged))
        {
            if (purged.IsSoft)
            {
                _state.Files.Mark(purged.Key);
            }
            else
            {
                _state.Files.RemoveFile(purged.Key);
            }
        }
    }

    private void PurgeShard()
    {
        _entries.Clear();
        _state.Index[_purgeShard].CopyTo(_entries);
        foreach (DiskEntry entry in _entries)
        {
            Purge(in entry);
        }

        _purgeShard = (_purgeShard + 1) % DiskIndex.Shards;
        if (_purgeShard == 0)
        {
            _running.ForEach(static purge => purge.End());
            _running.Clear();
        }
    }

    private void Purge(in DiskEntry entry)
    {
        DiskKey key = entry.Key;
        if (_running.Find(static purge => purge is { IsForAll: true, IsSoft: false }) is { } all && entry.Sequence < all.Sequence)
        {
            all.Count += entry.IsAuxiliary ? 0 : 1;
            Remove(in key);
            return;
        }

        DiskOpening opening = _state.Files.Open(key.Name, _scratch, out SafeFileHandle? file, out _, out DiskHeader header);
        file?.Dispose();
        if (opening != DiskOpening.Opened)
        {
            // What can't be looked at can't be kept.
            Remove(in key);
            return;
        }

        DiskVerdict verdict = DiskVerdict.Keep;
        var content = new DiskHeaderContent(header.Key, header.Meta, header.Head, header.UselessAfter);
        foreach (DiskPurge purge in _running)
        {
            DiskVerdict its = purge.Judge(entry.Sequence, in content);
            purge.Count += its == DiskVerdict.Keep || entry.IsAuxiliary ? 0 : 1;
            verdict = (DiskVerdict)Math.Max((int)verdict, (int)its);
        }

        if (verdict == DiskVerdict.Refuse)
        {
            Remove(in key);
        }
        else if (verdict == DiskVerdict.Mark)
        {
            _state.Index.ShardOf(key.Url).Mark(in key);
            _state.Files.Mark(in key);
            _state.Counters.Count(DiskEvent.Purged);
        }
    }

    private void Remove(in DiskKey key)
    {
        if (_state.Files.TryRemove(in key))
        {
            _state.Counters.Count(DiskEvent.Purged);
        }
    }

    private void RemoveUseless()
    {
        _entries.Clear();
        _state.Index[_lookShard].CopyTo(_entries);
        _lookShard = (_lookShard + 1) % DiskIndex.Shards;
        long now = _state.NowSeconds;
        foreach (DiskEntry entry in _entries)
        {
            bool isUseless = entry.UselessAfter < now || now - entry.LastUse > _state.Plan.InactiveSeconds;
            if (isUseless && _state.Files.TryRemove(entry.Key))
            {
                _state.Counters.Count(DiskEvent.Expired);
            }
        }
    }
}
