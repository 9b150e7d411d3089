using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Sluice.Config.Formatting;

/// <summary>A token of YAML with where it stands in the text.</summary>
/// <param name="Token">What it is.</param>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Behind its last one; for a block scalar without the line end, and without the blank lines behind it if those mean nothing.</param>
/// <param name="Column">Of its first character, counted from 0.</param>
internal sealed record FormatToken(Token Token, int Start, int End, int Column)
{
    /// <summary>Whether it has text of its own, unlike the marks that the scanner puts where a collection or key begins or ends.</summary>
    internal bool IsVisible => End > Start;

    internal bool IsFlowStart => Token is FlowMappingStart or FlowSequenceStart;

    internal bool IsFlowEnd => Token is FlowMappingEnd or FlowSequenceEnd;

    internal bool IsBlockScalar => Token is Scalar { Style: ScalarStyle.Literal or ScalarStyle.Folded };
}
