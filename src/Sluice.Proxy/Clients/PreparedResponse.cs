using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Transforms;

namespace Sluice.Proxy.Clients;

/// <summary>A response without an upstream, written once and sent as often as asked for. Immutable.</summary>
/// <remarks>Apart from the head it leaves out <c>Date</c> and <c>Connection</c>, which depend on the moment and the connection.</remarks>
public sealed class PreparedResponse
{
    private PreparedResponse(int status, byte[] head, byte[] body)
    {
        Status = status;
        Head = head;
        Fields = Read([.. head, .. "\r\n"u8]);
        FieldLines = head[(head.AsSpan().IndexOf((byte)'\n') + 1)..];
        Body = body;
    }

    /// <summary>The status.</summary>
    public int Status { get; }

    /// <summary>The status line and fields, without the empty line.</summary>
    internal byte[] Head { get; }

    /// <summary>The lines of <see cref="Head"/> behind the first.</summary>
    internal byte[] FieldLines { get; }

    /// <summary>Whether it is the head of a page: its status is the exchange's, its length that of what is sent with it.</summary>
    internal bool IsPage { get; private init; }

    /// <summary>The fields of <see cref="Head"/>, for routes that change them.</summary>
    internal FieldTable Fields { get; }

    /// <summary>Writes the target of a redirect; null for other responses.</summary>
    internal RedirectTarget? Location { get; private init; }

    /// <summary>The content, not sent to HEAD.</summary>
    internal byte[] Body { get; }

    /// <summary>Whether it is encoded differently for others: then <see cref="Head"/> has no <c>Vary</c>, which is written anew.</summary>
    internal bool VariesByEncoding { get; private init; }

    /// <summary>The <c>Vary</c> that it has of its own where that is not in the head; null for none.</summary>
    internal FieldTable? Vary { get; private init; }

    /// <summary>The same compressed; null where it never is.</summary>
    internal PreparedEncodings? Encodings { get; private init; }

    /// <summary>Prepares what a route's <c>respond</c> says.</summary>
    public static PreparedResponse Create(RespondAction action) => Create(action, policy: null);

    /// <summary>Prepares what a route's <c>respond</c> says, compressed as well where that is right.</summary>
    /// <param name="action">The response.</param>
    /// <param name="policy">What the route compresses; null for nothing.</param>
    /// <param name="variesByEncoding">Whether it is itself one of several encodings.</param>
    internal static PreparedResponse Create(RespondAction action, CompressionPolicy? policy, bool variesByEncoding = false)
    {
        var encodings = PreparedEncodings.Create(action, policy);
        if (encodings is null && !variesByEncoding)
        {
            return Create(action.Status, action.Fields, action.Body.ToArray());
        }

        ILookup<bool, KeyValuePair<string, string>> fields = action.Fields.ToLookup(field => field.Key.Equals("vary", StringComparison.OrdinalIgnoreCase));
        PreparedResponse plain = Create(action.Status, fields[false], action.Body.ToArray());
        return new PreparedResponse(plain.Status, plain.Head, plain.Body)
        {
            VariesByEncoding = true,
            Vary = fields[true].Any() ? Create(action.Status, fields[true], []).Fields : null,
            Encodings = encodings,
        };
    }

    /// <summary>It, or the encoding of it that the client of a request wants most.</summary>
    internal PreparedResponse For(Exchange exchange) => Encodings?.Choose(exchange) ?? this;

    /// <summary>Prepares a redirect, whose target is written for each request.</summary>
    internal static PreparedResponse Create(RedirectAction action)
    {
        PreparedResponse plain = ForStatus(action.Status);
        return new PreparedResponse(plain.Status, plain.Head, plain.Body) { Location = new RedirectTarget(action) };
    }

    /// <summary>Prepares the plain answer to an error: the status and its words, and nothing about why.</summary>
    public static PreparedResponse ForStatus(int status)
    {
        return ForText(status, $"{status} {Encoding.ASCII.GetString(ReasonPhrases.Get(status))}\n");
    }

    /// <summary>Prepares a few plain words.</summary>
    internal static PreparedResponse ForText(int status, string text) =>
        Create(status, [new("content-type", "text/plain; charset=utf-8")], Encoding.ASCII.GetBytes(text));

    /// <summary>Prepares the head of a page, which goes with any status and content.</summary>
    internal static PreparedResponse ForPage(string contentType) =>
        new(0, Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: {contentType}\r\n"), []) { IsPage = true };

    private static FieldTable Read(byte[] head)
    {
        var response = new ResponseHead();
        var reader = new ResponseHeadReader(response);
        reader.Begin(0, new HeadLimits(head.Length, head.Length, head.Length), RequestMethod.Get);
        ReadStatus status = reader.Read(head, head.Length);
        Debug.Assert(status == ReadStatus.Done, "What this program writes it can read.");
        return response.Fields;
    }

    private static PreparedResponse Create(int status, IEnumerable<KeyValuePair<string, string>> fields, byte[] body)
    {
        var head = new StringBuilder();
        head.Append($"HTTP/1.1 {status} {Encoding.ASCII.GetString(ReasonPhrases.Get(status))}\r\n");
        foreach ((string name, string value) in fields)
        {
            head.Append($"{name}: {value}\r\n");
        }

        // RFC 9110, section 8.6: no Content-Length in a 204; RFC 9110, section 15.4.5: a 304 need not repeat it.
        if (status is not (204 or 304))
        {
            head.Append($"content-length: {body.Length}\r\n");
        }

        // Nor is there any content behind either, which a client would take for the next response.
        return new PreparedResponse(status, Encoding.UTF8.GetBytes(head.ToString()), status is 204 or 304 ? [] : body);
    }
}
