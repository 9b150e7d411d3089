namespace Sluice.Tidy.Cases;

/// <summary>What there can be too much of, L-01 to L-26.</summary>
public static class OverloadCases
{
    private const string NoRateLimiter = "There is no rate limiter yet.";

    public static IReadOnlyList<NumberedCase> All { get; } =
    [
        // Connections: an exact ceiling, and a reason for what is above.
        new("L-01", "Connections in all; the control socket answers all the same."),
        new("L-02", "Connections of one listener; those of another are accepted all the same."),
        new("L-03", "Connections from one address."),
        new("L-04", "Connections from one IPv6 /64."),
        new("L-05", "Idle connections: none holds a buffer.") { Measurements = ["memory", "tls-memory", "h2-memory"] },
        new("L-06", "Handshakes that stall end in time.") { Measurements = ["tls"] },

        // Descriptors.
        new("L-07", "`ulimit -n 256` under 1,000 clients: no spinning, a line a second, nobody who is served notices, and the control socket is no danger."),
        new("L-08", "The system has no descriptors left (ENFILE): the same.") { Absent = "A test that takes them all harms its neighbours; to a listener both errors are one." },
        new("L-09", "Descriptors that are freed are used within a second."),

        // A process that stays below 256 MiB, and 1 GiB that is offered to it.
        new("L-10", "Uploads, all at once."),
        new("L-11", "Downloads that nobody takes, all at once, and the ladder that is climbed when memory is short."),
        new("L-12", "Content that is kept to be sent again, of all requests at once."),

        // The machine.
        new("L-13", "A thread pool of which every thread is blocked: requests need none of them, and a loop that stalls is reported."),
        new("L-14", "Neighbours that take all processors: everybody is still answered."),
        new("L-15", "Neighbours in the process that allocate without end: everybody is still answered."),

        // Servers with too much to do: 503 at once, and other routes don't notice.
        new("L-16", "The queue of a server is full."),
        new("L-17", "The circuit is open."),
        new("L-18", "A request that has waited for too long."),

        new("L-19", "A million keys.") { Absent = NoRateLimiter },
        new("L-20", "A client that changes its address within its /64.") { Absent = NoRateLimiter },
        new("L-21", "A key that is a header of any length.") { Absent = NoRateLimiter },
        new("L-22", "The shared store is down.") { Absent = NoRateLimiter },

        new("L-23", "Hosts and paths by chance: no series more in the metrics."),
        new("L-24", "Methods by chance: no series more in the metrics."),
        new("L-25", "A log whose disk is slow: lines are dropped and counted, nobody waits."),
        new("L-26", "A log that nobody reads any more: lines are dropped and counted, nobody waits."),
    ];
}
