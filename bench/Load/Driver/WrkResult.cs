namespace Sluice.Load.Driver;

/// <summary>What a client counted in one run: wrk, h2load, or the bench's own of handshakes.</summary>
/// <param name="Requests">Completed requests, whatever their status.</param>
/// <param name="Bytes">Bytes received, heads included but for h2load, which counts content alone.</param>
/// <param name="Microseconds">Length of the run.</param>
/// <param name="Timeouts">Responses that took longer than the limit.</param>
/// <param name="StatusErrors">Responses with a status of 400 or above.</param>
internal sealed record WrkResult(
    long Requests, double Bytes, long Microseconds, long ConnectErrors, long ReadErrors, long WriteErrors, long Timeouts, long StatusErrors)
{
    public long SocketErrors => ConnectErrors + ReadErrors + WriteErrors;

    public double Seconds => Microseconds / 1e6;

    public double RequestsPerSecond => Requests / Seconds;

    public double BytesPerResponse => Requests == 0 ? 0 : Bytes / Requests;
}
