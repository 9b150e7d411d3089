using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Admin.Api;

/// <summary>How the control API is written as JSON: generated code, snake_case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(InstanceStatus))]
[JsonSerializable(typeof(ReloadReport))]
[JsonSerializable(typeof(IReadOnlyList<RouteStatus>))]
[JsonSerializable(typeof(IReadOnlyList<UpstreamStatus>))]
[JsonSerializable(typeof(IReadOnlyList<PlanFacts>))]
[JsonSerializable(typeof(IReadOnlyList<PlanDifference>))]
[JsonSerializable(typeof(IReadOnlyList<CertificateReport>))]
[JsonSerializable(typeof(CacheStatus))]
[JsonSerializable(typeof(PurgeReport))]
[JsonSerializable(typeof(ProblemReport))]
public sealed partial class ApiJson : JsonSerializerContext;
