namespace Sluice.Config.Diagnostics;

/// <summary>Collects findings while a configuration is read. Not safe for several threads.</summary>
public sealed class DiagnosticBag
{
    /// <summary>Findings kept; nobody reads more, and a hostile file could make millions.</summary>
    public const int CountMax = 100;

    private readonly List<Diagnostic> _items = [];

    // A value used through several aliases is read several times; its findings are told once.
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    // Places of which all was said.
    private readonly HashSet<SourceLocation> _silent = [];

    private readonly SecretTexts _secrets = new();
    private readonly Dictionary<SourceText, int> _order = [];

    /// <summary>Whether there is at least one error.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether no more are kept.</summary>
    public bool IsFull => _items.Count >= CountMax;

    /// <summary>Adds a finding unless the same one is there already, or the bag is full.</summary>
    public void Add(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.IsError;
        if (IsFull || (diagnostic.Location is { } place && _silent.Contains(place)))
        {
            return;
        }

        diagnostic = _secrets.Mask(diagnostic);
        if (!_known.Add($"{diagnostic.Location} {diagnostic.Code.Id} {diagnostic.Message}"))
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

    /// <summary>Adds a file, so that findings can be told in the order of the files.</summary>
    internal void AddSource(SourceText source) => _order.TryAdd(source, _order.Count);

    /// <summary>Drops findings to come that are about a value which can't be known; why was said.</summary>
    internal void Silence(SourceLocation place) => _silent.Add(place);

    /// <summary>Keeps a value out of all findings to come.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="written">What stands there, with placeholders.</param>
    /// <param name="values">What was put in their place.</param>
    internal void Protect(SourceLocation place, string written, IReadOnlyList<string> values) => _secrets.Add(place, written, values);

    /// <summary>The findings in the order of the files and of their text; those without a place come last.</summary>
    public IReadOnlyList<Diagnostic> ToSortedList() =>
        [.. _items.OrderBy(item => item.Location is null).ThenBy(OrderOfSource).ThenBy(item => item.Location?.Offset ?? 0)];

    private int OrderOfSource(Diagnostic item) => item.Location is { } place ? _order.GetValueOrDefault(place.Source, _order.Count) : 0;
}
