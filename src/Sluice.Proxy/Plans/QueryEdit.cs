using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans;

/// <summary>A change to a value of queries.</summary>
/// <param name="Name">Its name, of characters that need no encoding.</param>
/// <param name="DropsOld">Whether values that are there are left out.</param>
/// <param name="Values">The values that are added.</param>
public sealed record QueryEdit(string Name, bool DropsOld, PlanList<Template> Values);
