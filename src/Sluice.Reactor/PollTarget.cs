namespace Sluice.Reactor;

/// <summary>Something registered with an event loop's epoll instance under a slot of its own.</summary>
public abstract class PollTarget
{
    /// <summary>Index in the loop's table; the epoll data carries it together with the slot's generation, so that a late event finds nobody.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Called on the loop with the events that epoll reported.</summary>
    internal abstract void OnEvents(uint events);
}
