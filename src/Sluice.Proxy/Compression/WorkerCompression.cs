using Sluice.Http.Representations;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Compression;

/// <summary>What a worker has for compressing responses. Belongs to the worker.</summary>
internal sealed class WorkerCompression
{
    private readonly Worker _worker;

    public WorkerCompression(Worker worker)
    {
        _worker = worker;
        Load = new CompressionLoad(worker.Loop);
        Turns = new CompressionTurns(worker.Loop, Load);
    }

    /// <summary>Encoders and decoders.</summary>
    public CodecPool Codecs { get; } = new();

    /// <summary>What it costs at the moment.</summary>
    public CompressionLoad Load { get; }

    /// <summary>Who is next where not everything can be done at once.</summary>
    public CompressionTurns Turns { get; }

    /// <summary>What was done so far.</summary>
    public CompressionCounters Counters { get; } = new();

    /// <summary>The level for a response that begins now, or -1 for none: while there is too much to do, compression gives way first.</summary>
    public int LevelFor(CompressionPolicy policy, ContentCoding coding, long length)
    {
        int wanted = policy.LevelOf(coding);
        bool isOverloaded = _worker.Overload.Is(OverloadStep.ShedLow) || !Load.HasRoomFor(EncoderMemory.BytesOf(coding, wanted, length));
        int level = isOverloaded ? -1 : Load.LevelFor(policy.Plan!.CpuShareMax, wanted);
        if (level < 0)
        {
            Counters.CountSkipped();
            _worker.ReportCompression("compression: too much to do: responses are not compressed for the time being");
        }
        else if (level < wanted)
        {
            Counters.CountLowered();
            _worker.ReportCompression("compression: it takes too much time: responses are compressed at level 1 for the time being");
        }

        return level;
    }
}
