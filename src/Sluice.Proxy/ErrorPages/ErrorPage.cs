using Sluice.Proxy.Plans;

namespace Sluice.Proxy.ErrorPages;

/// <summary>A page, and when it is sent.</summary>
/// <param name="Plan">What the configuration says.</param>
/// <param name="Page">What is sent.</param>
internal sealed record ErrorPage(ErrorPagePlan Plan, Page Page)
{
    /// <summary>The status that goes with it, in place of that of the error.</summary>
    public int StatusFor(int status) => Plan.Status == 0 ? status : Plan.Status;
}
