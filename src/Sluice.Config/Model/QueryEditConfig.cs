namespace Sluice.Config.Model;

/// <summary>A change to a value of queries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DropsOld">Whether values that are there are left out.</param>
/// <param name="Values">The values that are added.</param>
public sealed record QueryEditConfig(string Name, bool DropsOld, IReadOnlyList<TemplateConfig> Values);
