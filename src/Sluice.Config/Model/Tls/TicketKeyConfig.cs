using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Model.Tls;

/// <summary>A key for session tickets.</summary>
/// <param name="File">The file that holds it.</param>
public sealed record TicketKeyConfig(FileUseConfig File)
{
    /// <summary>What was read; null before that, and when it can't be.</summary>
    public TicketKeyPlan? Plan { get; init; }
}
