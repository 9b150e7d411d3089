using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>Whether calls in gRPC-Web go to servers in gRPC.</summary>
/// <param name="IsOn">Whether they do.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record GrpcWebConfig(bool IsOn, SourceLocation? Location = null);
