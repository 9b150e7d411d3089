namespace Sluice.Config.Model;

/// <summary>Changes to the headers of requests or responses.</summary>
public sealed record HeaderEditsConfig
{
    /// <summary>The changes in the order they were written.</summary>
    public IReadOnlyList<HeaderEditConfig> Entries { get; init; } = [];

    /// <summary>These, and those below for headers about which these say nothing.</summary>
    public HeaderEditsConfig Over(HeaderEditsConfig? below)
    {
        HashSet<string> own = new(Entries.Select(KeyOf), StringComparer.OrdinalIgnoreCase);
        return new HeaderEditsConfig { Entries = [.. (below?.Entries ?? []).Where(entry => !own.Contains(KeyOf(entry))), .. Entries] };
    }

    private static string KeyOf(HeaderEditConfig entry) => entry.Operation == Proxy.Plans.HeaderOperation.RemovePrefix ? entry.Name + "*" : entry.Name;
}
