namespace Sluice.Proxy.Caching.Disk;

/// <summary>Threads that do one job after the other, in the order in which they came. Any thread may add.</summary>
/// <remarks>The queue has no bound of its own: each job belongs to something that is bounded, a response on its way, a look-up, an object that is being written.</remarks>
internal sealed class DiskJobs : IDisposable
{
    private readonly Queue<IDiskJob> _jobs = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _count = new(0);
    private readonly Thread[] _threads;
    private readonly DiskState _state;
    private bool _hasEnded;

    /// <summary>Starts the threads.</summary>
    public DiskJobs(string name, int threads, DiskState state)
    {
        _state = state;
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { Name = name, IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>How many wait. A moment later it is another number.</summary>
    public int Waiting => _count.CurrentCount;

    /// <summary>Adds a job; it fails at once when the threads have ended.</summary>
    public void Add(IDiskJob job)
    {
        lock (_lock)
        {
            if (!_hasEnded)
            {
                _jobs.Enqueue(job);
                _count.Release();
                return;
            }
        }

        job.Fail();
    }

    /// <summary>Ends the threads when what was added is done. False when that takes longer than so long; then they go on by themselves.</summary>
    public bool TryEnd(TimeSpan patience)
    {
        lock (_lock)
        {
            _hasEnded = true;
        }

        _count.Release(_threads.Length);
        return Array.TrueForAll(_threads, thread => thread.Join(patience));
    }

    /// <inheritdoc/>
    public void Dispose() => _count.Dispose();

    private void Run()
    {
        var scratch = new byte[DiskLayout.ChunkBytes + DiskLayout.CrcBytes];
        while (true)
        {
            _count.Wait();
            IDiskJob? job;
            lock (_lock)
            {
                if (!_jobs.TryDequeue(out job))
                {
                    return;
                }
            }

            Run(job, scratch);
        }
    }

    private void Run(IDiskJob job, byte[] scratch)
    {
        try
        {
            job.Run(scratch);
        }
        catch (Exception exception)
        {
            // Nothing that a disk does throws: this is a bug, reported and survived.
            _state.Log($"bug: {exception}");
            job.Fail();
        }
    }
}
