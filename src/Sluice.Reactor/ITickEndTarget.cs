namespace Sluice.Reactor;

/// <summary>Something with work for the end of a tick of its loop.</summary>
public interface ITickEndTarget
{
    /// <summary>Called once for each <see cref="EventLoop.AtTickEnd"/>, on the loop.</summary>
    void OnTickEnd();
}
