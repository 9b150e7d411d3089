namespace Sluice.Scenarios.InFlight;

/// <summary>
/// Whatever ends a request, and wherever it is then: what was counted of it at its server and its upstream is given back. A place that were not would be
/// missing for as long as the program runs.
/// </summary>
public sealed class RequestEndTests
{
    /// <summary>Every moment with every end that clients of HTTP/1 can meet.</summary>
    public static TheoryData<Moment, Departure> OfHttp1 => Combine(Departure.Close, Departure.Reset, Departure.Reload, Departure.Stop);

    /// <summary>The same for HTTP/2.</summary>
    public static TheoryData<Moment, Departure> OfHttp2 => Combine(Departure.Close, Departure.Reset, Departure.ResetStream, Departure.Stop);

    [Theory]
    [MemberData(nameof(OfHttp1))]
    public async Task Request_ThatEnds_LeavesNothingInFlight(Moment moment, Departure departure)
    {
        await using InFlightStage stage = await InFlightStage.BeginAsync(moment, isHttp2: false);
        await stage.EndAsync(departure);
    }

    [Theory]
    [MemberData(nameof(OfHttp2))]
    public async Task Stream_ThatEnds_LeavesNothingInFlight(Moment moment, Departure departure)
    {
        await using InFlightStage stage = await InFlightStage.BeginAsync(moment, isHttp2: true);
        await stage.EndAsync(departure);
    }

    private static TheoryData<Moment, Departure> Combine(params Departure[] departures)
    {
        var all = new TheoryData<Moment, Departure>();
        foreach (Moment moment in Enum.GetValues<Moment>())
        {
            foreach (Departure departure in departures)
            {
                all.Add(moment, departure);
            }
        }

        return all;
    }
}
