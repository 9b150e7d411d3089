using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>
/// How many field names the lists of one response may have together. Each name is compared with each field, so a list beyond it isn't gone through: it then counts as
/// the form without names, which is the stricter one.
/// </summary>
internal struct FieldNameBudget
{
    private const int CountMax = 32;

    private int _count;

    /// <summary>Whether the text is a list of at least one name, and within the budget.</summary>
    internal bool TryTake(ReadOnlySpan<byte> list)
    {
        bool isEmpty = true;
        foreach (ReadOnlySpan<byte> name in new ListElements(list))
        {
            isEmpty = false;
            if (!FieldBytes.IsToken(name) || ++_count > CountMax)
            {
                return false;
            }
        }

        return !isEmpty;
    }
}
