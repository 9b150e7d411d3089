namespace Sluice.Http.Headers;

/// <summary>What a forwarder has to know about a field line.</summary>
[Flags]
public enum FieldFlags : byte
{
    /// <summary>Forwarded as it is.</summary>
    None = 0,

    /// <summary>Meant for this connection only, by its name or because <c>Connection</c> names it (RFC 9110, section 7.6.1).</summary>
    HopByHop = 1,

    /// <summary>Has an underscore in its name: CGI-like servers take it for the field with a hyphen, so it is not forwarded.</summary>
    Underscore = 2,

    /// <summary><c>Content-Length</c> or <c>Transfer-Encoding</c>: written anew from the message's framing.</summary>
    Framing = 4,

    /// <summary>Left out because whoever writes the message has something else to say under this name.</summary>
    Replaced = 8,

    /// <summary>
    /// Came as a literal that must never be put into a dynamic table (RFC 7541, section 6.2.3): whoever sends it on in HTTP/2 has to send it so, too. No reason not
    /// to forward it.
    /// </summary>
    NeverIndexed = 16,
}
