using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans;

/// <summary>A change to the headers of requests or responses.</summary>
/// <param name="Operation">What happens.</param>
/// <param name="Name">To which header, as it is to be written; never one that frames the message or belongs to the connection.</param>
/// <param name="Values">One for <see cref="HeaderOperation.Set"/> and <see cref="HeaderOperation.Default"/>, at least one for <see cref="HeaderOperation.Add"/>, else none.</param>
/// <param name="HttpsOnly">Whether it only happens when the client came by https.</param>
public sealed record HeaderEdit(HeaderOperation Operation, string Name, PlanList<Template> Values, bool HttpsOnly = false);
