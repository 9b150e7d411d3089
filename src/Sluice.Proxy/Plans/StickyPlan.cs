namespace Sluice.Proxy.Plans;

/// <summary>How a split sends requests that belong together to the same upstream.</summary>
public abstract record StickyPlan;
