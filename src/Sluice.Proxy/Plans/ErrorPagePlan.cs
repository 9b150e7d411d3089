namespace Sluice.Proxy.Plans;

/// <summary>A page for errors with some statuses.</summary>
/// <param name="From">The first status that it is for, 400 to 599.</param>
/// <param name="To">The last one.</param>
/// <param name="Rank">What goes before what: the pages of the lowest rank that are for a status are the ones to choose from.</param>
/// <param name="Page">What is sent.</param>
/// <param name="Status">The status that is sent instead, 200 to 599; 0 keeps it.</param>
/// <param name="Intercept">Whether responses of servers with such a status are replaced, too.</param>
public sealed record ErrorPagePlan(int From, int To, int Rank, PagePlan Page, int Status = 0, bool Intercept = false);
