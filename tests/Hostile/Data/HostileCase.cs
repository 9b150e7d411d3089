namespace Sluice.Hostile.Data;

/// <summary>One case of the corpus.</summary>
internal sealed record HostileCase
{
    /// <summary>Its number in the catalogue.</summary>
    public required string Id { get; init; }

    /// <summary>What it tries.</summary>
    public required string Title { get; init; }

    /// <summary>What the peer does.</summary>
    public required IReadOnlyList<CaseStep> Steps { get; init; }

    /// <summary>What must come of it.</summary>
    public required Expectation Expect { get; init; }

    /// <summary>What the upstream must see.</summary>
    public IReadOnlyList<UpstreamCheck> UpstreamChecks { get; init; } = [];

    /// <summary>For responses of an upstream: the request they answer.</summary>
    public string Request { get; init; } = "GET / HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n";

    /// <summary>Every byte it sends.</summary>
    public IEnumerable<byte> SentBytes => Steps.SelectMany(step => step.Bytes);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Title}";
}
