using Sluice.Config.Diagnostics;

namespace Sluice.Config.Automation;

/// <summary>A name that a listener with automatic certificates serves.</summary>
/// <param name="Text">The name in lower case, <c>*.</c> before it for a wildcard; an address without brackets.</param>
/// <param name="Kind">Who can issue for it.</param>
/// <param name="Location">Where it was written, if in a file.</param>
internal sealed record WantedName(string Text, NameKind Kind, SourceLocation? Location)
{
    /// <summary>Whether it is a wildcard.</summary>
    internal bool IsWildcard => Text.StartsWith("*.", StringComparison.Ordinal);
}
