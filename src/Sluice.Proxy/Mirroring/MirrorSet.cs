using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Mirroring;

/// <summary>The copies of requests that one worker has on their way. Their number is bounded by their routes.</summary>
internal sealed class MirrorSet(Worker worker)
{
    private const int AllOfThem = 10_000;

    private readonly List<MirrorRequest> _running = [];
    private readonly Stack<MirrorRequest> _free = new();

    /// <summary>Copies a request if it is among those to be copied; called before it is sent.</summary>
    public void Begin(Exchange original, MirrorTarget target)
    {
        MirrorPlan plan = target.Plan;
        if (!CanCopy(original.Request) || !IsDrawn(plan.HundredthsOfPercent))
        {
            return;
        }

        RouteState route = original.Route!.State;
        bool isTooLarge = plan.BodyBytesMax > 0 && original.Request.ContentLength > plan.BodyBytesMax;
        if (isTooLarge || !route.TryBeginMirror(plan.ConcurrencyMax))
        {
            route.CountMirror(worker.Index, MirrorOutcome.Dropped);
            return;
        }

        MirrorRequest copy = _free.Count > 0 ? _free.Pop() : new MirrorRequest(worker);
        copy.Index = _running.Count;
        _running.Add(copy);
        copy.Begin(original, target);
    }

    /// <summary>Takes a copy back that has ended.</summary>
    public void Remove(MirrorRequest copy)
    {
        MirrorRequest last = _running[^1];
        _running[copy.Index] = last;
        last.Index = copy.Index;
        _running.RemoveAt(_running.Count - 1);
        _free.Push(copy);
    }

    /// <summary>Gives all copies up: they are worth no wait.</summary>
    public void Abort()
    {
        // From behind: each takes itself out when it ends, which may be at once.
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (i < _running.Count)
            {
                _running[i].GiveUp();
            }
        }
    }

    // What becomes a tunnel is no message that could be copied.
    private static bool CanCopy(RequestHead request) => !request.HasUpgrade && request.Method != RequestMethod.Connect;

#pragma warning disable CA5394 // Which requests are copied is no secret: a fast generator is enough.
    private bool IsDrawn(int hundredthsOfPercent) => hundredthsOfPercent >= AllOfThem || worker.Random.Next(AllOfThem) < hundredthsOfPercent;
#pragma warning restore CA5394
}
