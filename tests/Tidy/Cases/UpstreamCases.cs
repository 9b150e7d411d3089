namespace Sluice.Tidy.Cases;

/// <summary>What servers do wrong, U-01 to U-64.</summary>
public static class UpstreamCases
{
    public static IReadOnlyList<NumberedCase> All { get; } =
    [
        // Connecting: nothing was sent, so another server is tried whatever the method.
        new("U-01", "A server refuses the connection: the next one is tried, or 502."),
        new("U-02", "SYNs vanish: the next server is tried after the connect timeout, or 504."),
        new("U-03", "No route to the host: the next server is tried at once, or 502."),
        new("U-04", "RST right after the accept: 502, and what may have been read is not repeated."),

        // TLS: 502 or 504, with the reason.
        new("U-05", "The certificate has expired."),
        new("U-06", "The certificate is for another name."),
        new("U-07", "The certificate comes from an unknown authority; settings that differ never share a connection."),
        new("U-08", "The handshake stalls, or plain text comes instead of it, of which nothing is believed."),

        // Before the response.
        new("U-09", "FIN on a fresh connection: 502, sent again only where that was asked for."),
        new("U-10", "FIN or RST on a reused connection: once more on a fresh one if idempotent or unsent, otherwise 502."),
        new("U-11", "RST before the response: as with a FIN."),
        new("U-12", "RST after a byte of the status line: 502, never again."),
        new("U-13", "FIN within the head: 502, never again."),

        // Within the response: the client sees it, nothing is stored.
        new("U-14", "Content shorter than its Content-Length."),
        new("U-15", "Chunks without the last one."),
        new("U-16", "An HTTP/2 stream that is reset within its content."),
        new("U-17", "TLS that ends without close_notify."),
        new("U-18", "Content up to the end of the connection, cut by a RST."),

        // Slow servers.
        new("U-19", "A head at a byte at a time: 504 at the first-byte timeout."),
        new("U-20", "No head at all: 504 at the first-byte timeout."),
        new("U-21", "Content that stops: cut off at the idle timeout."),
        new("U-22", "Content in slow beats (server-sent events): lives for as long as it beats."),
        new("U-23", "A response before the request is whole: passed on, and the upload stops."),
        new("U-24", "A server that takes nothing of the request: 504 at the send timeout."),

        // What is no HTTP: 502, the connection is not used again, nothing of it is passed on.
        new("U-25", "No status line."),
        new("U-26", "Statuses that are none: abc, 99, 600, 1000."),
        new("U-27", "A head of 1 MiB, or of 201 fields."),
        new("U-28", "Line ends of LF alone."),
        new("U-29", "Folded lines."),
        new("U-30", "NUL or CR within a value."),
        new("U-31", "Broken chunks."),
        new("U-32", "Both framing fields, two lengths, a negative one."),
        new("U-33", "A length or content where there is none: 1xx, 204, 304."),
        new("U-34", "Content in answer to HEAD, and bytes behind a response."),

        // Interim responses.
        new("U-35", "100 that nobody waits for: passed on."),
        new("U-36", "103: passed on, in HTTP/2 as well."),
        new("U-37", "10,000 interim responses: 502 after 16."),
        new("U-38", "101 that nobody asked for: 502."),

        // Names: the last good answer is kept, and nobody waits.
        new("U-39", "NXDOMAIN and SERVFAIL."),
        new("U-40", "A name server that is silent for 30 s."),
        new("U-41", "A time to live of 0, and 1,000 records."),
        new("U-42", "A name that turns to an address that is denied (rebinding): the guard counts after the resolution."),
        new("U-43", "Aliases in a circle."),
        new("U-44", "A black hole behind AAAA: IPv4 a quarter of a second later."),

        // Health.
        new("U-45", "A server that flaps stays what it is."),
        new("U-46", "A server that comes back gets its share slowly."),
        new("U-47", "All servers down: by the panic threshold all get requests."),
        new("U-48", "However many are bad, no more are ejected than the cap allows."),
        new("U-49", "The port for checks is closed: the server is down."),
        new("U-50", "A check is answered with 100 MiB: no more is read than is looked at."),

        // A storm of retries: three attempts, all servers fail. At most a fifth more reaches them at any moment.
        new("U-51", "All answer 503."),
        new("U-52", "All refuse connections: each is tried as often as the attempts allow, and no more."),
        new("U-53", "All reset connections."),
        new("U-54", "All keep silent up to the timeout of the attempt."),
        new("U-55", "All answer 503, over HTTP/2 on both sides."),
        new("U-56", "The storm is over: the whole budget is there again."),

        // Clients that go away: the server is cancelled, the pool unharmed, 499 in the log.
        new("U-57", "Before the connection to the server is there."),
        new("U-58", "Within the upload."),
        new("U-59", "Before or within the response."),
        new("U-60", "A thousand and more, one after another."),

        // WebSocket and gRPC.
        new("U-61", "One side closes its half: the other learns of it, and can still talk."),
        new("U-62", "A side that says nothing, not even to a ping: both ends are closed after the idle timeout."),
        new("U-63", "An error in trailers alone stays one, with its grpc-status."),
        new("U-64", "A message of 1 GiB passes in bounded memory; a server that resets is not passed off as an end."),
    ];
}
