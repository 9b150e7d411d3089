namespace Sluice.TestKit.Wire;

/// <summary>A request as an upstream received it.</summary>
public sealed record HttpRequest : HttpMessage
{
    /// <summary>The method.</summary>
    public string Method => StartLine.Split(' ')[0];

    /// <summary>The request target.</summary>
    public string Target => StartLine.Split(' ')[1];

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
