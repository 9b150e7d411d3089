using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Data;

/// <summary>
/// What the upstream must see of the last request that was forwarded: <c>line TEXT</c>, <c>has NAME: VALUE</c>, <c>lacks NAME</c>,
/// <c>content TEXT</c> or <c>trailers NAMES</c>, all of them.
/// </summary>
internal sealed record UpstreamCheck(string Verb, string Argument)
{
    /// <summary>What is wrong with the request, or null.</summary>
    internal string? Check(HttpRequest request)
    {
        bool holds = Verb switch
        {
            "line" => request.StartLine == Bytes.Text(CorpusText.Decode(Argument)),
            "has" => Has(request),
            "lacks" => !request.Has(Argument),
            "content" => request.Text == Bytes.Text(CorpusText.Decode(Argument)),
            "trailers" => string.Join(' ', request.Trailers.Select(field => field.Key)) == Argument,
            _ => throw new FormatException($"Unknown check: {Verb}"),
        };
        return holds ? null : $"the upstream's request fails '{Verb} {Argument}':\n{request}";
    }

    private bool Has(HttpRequest request)
    {
        int colon = Argument.IndexOf(':', StringComparison.Ordinal);
        string value = Bytes.Text(CorpusText.Decode(Argument[(colon + 1)..].TrimStart()));
        return request.All(Argument[..colon]).Contains(value);
    }
}
