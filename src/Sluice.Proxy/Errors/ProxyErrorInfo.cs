using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Errors;

/// <summary>What an error is called and what follows from it.</summary>
/// <param name="Name">The word in logs and metrics.</param>
/// <param name="Side">Who caused it.</param>
/// <param name="Stage">The stage of the pipeline in which it shows.</param>
/// <param name="Scope">How far it reaches.</param>
/// <param name="Retry">When the request may be sent again.</param>
/// <param name="Status">The status a client gets if the response has not begun, or that is logged where none can be sent (499); 0 when there is no request.</param>
/// <param name="Text">What happened, for the reference page.</param>
public sealed record ProxyErrorInfo(string Name, ErrorSide Side, PipelineStage Stage, ErrorScope Scope, RetryRule Retry, int Status, string Text);
