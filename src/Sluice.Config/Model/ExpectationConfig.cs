using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Model;

/// <summary>What a health check expects.</summary>
public sealed record ExpectationConfig
{
    /// <summary>The statuses that are good; null leaves it to the default.</summary>
    public IReadOnlyList<StatusSpan>? Statuses { get; init; }

    /// <summary>What has to occur in what the server says; null expects nothing.</summary>
    public ExpectedText? Text { get; init; }
}
