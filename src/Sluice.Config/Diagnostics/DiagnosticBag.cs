namespace Sluice.Config.Diagnostics;

/// <summary>Collects findings while a configuration is read. Not safe for several threads.</summary>
public sealed class DiagnosticBag
{
    /// <summary>Findings kept; nobody reads more, and a hostile file could make millions.</summary>
    public const int CountMax = 100;

    private readonly List<Diagnostic> _items = [];

    // A value used through several aliases is read several times; its findings are told once.
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Whether there is at least one error.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether no more are kept.</summary>
    public bool IsFull => _items.Count >= CountMax;

    /// <summary>Adds a finding unless the same one is there already, or the bag is full.</summary>
    public void Add(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.IsError;
        if (IsFull || !_known.Add($"{diagnostic.Location} {diagnostic.Code.Id} {diagnostic.Message}"))
        {
            return;
        }

        _items.Add(diagnostic);
        if (_items.Count == CountMax - 1)
        {
            _items.Add(new Diagnostic(DiagnosticCodes.TooManyFindings, $"more than {CountMax - 1} findings; the rest is not shown", null));
        }
    }

    /// <summary>Adds a finding without anything beside its message and hint.</summary>
    public void Add(DiagnosticCode code, string message, SourceLocation? location, string? hint = null) =>
        Add(new Diagnostic(code, message, location) { Hint = hint });

    /// <summary>The findings in the order of the text; those without a place come last.</summary>
    public IReadOnlyList<Diagnostic> ToSortedList() =>
        [.. _items.OrderBy(item => item.Location is null).ThenBy(item => item.Location?.Offset ?? 0)];
}
