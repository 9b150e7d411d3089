namespace Sluice.Proxy.Http2;

/// <summary>How badly a peer behaves: points for what costs this side more than the peer, forgiven with time and with honest work.</summary>
/// <remarks>
/// One number for everything, so that a mixture of attacks is no better than one of them. In units of 1/64 of a request that is begun and given up: about 400
/// of those at once, or 50 per second for as long as one likes, are no attack yet - a page with a hundred images that is left before it is complete gives up a hundred.
/// </remarks>
internal struct Http2Score
{
    /// <summary>A request begun and given up, and what costs as much.</summary>
    public const int Reset = 64;

    /// <summary>A reset that the peer had this side send, which no honest peer does.</summary>
    public const int ForcedReset = 128;

    /// <summary>A frame that has to be answered or has settings applied.</summary>
    public const int Settings = 64;

    /// <summary>A frame that is cheap to send and not quite free to read.</summary>
    public const int CheapFrame = 16;

    /// <summary>A frame that moves a few bytes.</summary>
    public const int SmallUpdate = 8;

    /// <summary>A part of content of a few bytes.</summary>
    public const int SmallData = 1;

    /// <summary>A frame that means nothing and is sent once in a while.</summary>
    public const int FreeFrame = 1;

    private const int Bound = 400 * 64;
    private const int ForgivenPerMs = 50 * 64 / 1000;

    private int _points;
    private long _lastMs;

    /// <summary>Adds points; true when it is enough.</summary>
    public bool Add(int points, long nowMs)
    {
        long forgiven = (nowMs - _lastMs) * ForgivenPerMs;
        _lastMs = nowMs;
        _points = (int)Math.Max(0, _points - forgiven) + points;
        return _points > Bound;
    }

    /// <summary>Takes points back, for a request that was served to its end.</summary>
    public void Forgive(int points) => _points = Math.Max(0, _points - points);
}
