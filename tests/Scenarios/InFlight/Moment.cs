namespace Sluice.Scenarios.InFlight;

/// <summary>How far a request has come.</summary>
public enum Moment
{
    AtTheUpstreamsGate,
    AtTheServersGate,
    InTheQueueForAConnection,
    Connecting,
    InAHandshake,
    WithinItsContent,
    AwaitingTheHead,
    BeforeARetry,
    WithinTheResponse,
    BlockedByItsClient,
    InATunnel,
}
