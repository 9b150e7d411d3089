using System.Globalization;

namespace Sluice.TestKit.Wire;

/// <summary>A response as a client received it.</summary>
public sealed record HttpResponse : HttpMessage
{
    /// <summary>The method of the request it answers, which decides whether there is content.</summary>
    public required string RequestMethod { get; init; }

    /// <summary>The status code.</summary>
    public int Status => int.Parse(StartLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Whether there is content by the rules of RFC 9112, section 6.3, however long.</summary>
    public bool MayHaveContent => RequestMethod != "HEAD" && Status is >= 200 and not (204 or 304);

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
