using Sluice.Reactor.Timers;

namespace Sluice.Reactor.Tests.Timers;

/// <summary>Runs a function when a timer fires.</summary>
internal sealed class CallbackTarget(Action<LoopTimer> callback) : ITimerTarget
{
    public void OnTimer(LoopTimer timer) => callback(timer);
}
