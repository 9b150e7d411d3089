using Sluice.Load.Driver;
using Sluice.Load.Processes;

namespace Sluice.Load.Rows;

/// <summary>Decides whether a run counts, and what to say about it.</summary>
internal static class SampleCheck
{
    /// <summary>Below this share of its core the proxy waited for the client or the origin: the row says little about throughput.</summary>
    public const double BusyShareMin = 0.85;

    /// <summary>No head of this bench's responses is larger; a larger difference means bytes of another response.</summary>
    private const int ResponseHeadBytesMax = 600;

    private const double StolenShareMax = 0.01;

    /// <summary>The reason to throw the run away, or null.</summary>
    public static string? Refuse(LoadRow row, WrkResult load)
    {
        if (load.Requests == 0)
        {
            return "no request completed";
        }

        if (load.SocketErrors + load.Timeouts + load.StatusErrors > 0)
        {
            return $"errors: {load.SocketErrors} socket, {load.Timeouts} timeout, {load.StatusErrors} status";
        }

        if (row.Encoding is not null)
        {
            // How much smaller it gets is printed once; that it does is checked each time.
            return load.BytesPerResponse > row.ResponseBytes / 2.0 ? $"{load.BytesPerResponse:0} bytes per response: it was not compressed" : null;
        }

        // A run ends inside of responses: their bytes are counted, they are not. With large bodies that is up to one per request under way.
        // h2load counts content alone.
        int headMax = row.Http2 ? 0 : ResponseHeadBytesMax;
        double unfinished = (double)row.InFlight * (row.ResponseBytes + headMax) / load.Requests;
        double head = load.BytesPerResponse - row.ResponseBytes;
        return head < 0 || head > headMax + unfinished
            ? $"{load.BytesPerResponse:0} bytes per response, expected {row.ResponseBytes}{(row.Http2 ? "" : " and a head")}"
            : null;
    }

    public static IReadOnlyList<string> Mark(LoadRow row, WrkResult load, CpuTime cpu, double stolenShare)
    {
        var marks = new List<string>();
        double cores = cpu.TotalNs / 1e9 / load.Seconds;
        if (!row.Throughput && cores < BusyShareMin)
        {
            marks.Add($"driver-bound: proxy used {cores:P0} of its core");
        }

        if (stolenShare > StolenShareMax)
        {
            marks.Add($"{stolenShare:P0} of the machine's time was stolen");
        }

        return marks;
    }
}
