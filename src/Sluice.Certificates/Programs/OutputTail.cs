namespace Sluice.Certificates.Programs;

/// <summary>The last characters that a program writes: what went wrong is said last. Any thread.</summary>
internal sealed class OutputTail
{
    /// <summary>Characters that are kept: twice what messages show, so that no secret is cut in two before it is removed from them.</summary>
    internal const int CharactersMax = 2 * SecretText.CharactersMax;

    private readonly Lock _lock = new();
    private string _text = "";

    /// <summary>What was written last.</summary>
    internal string Text
    {
        get
        {
            lock (_lock)
            {
                return _text;
            }
        }
    }

    /// <summary>Reads to the end, so that the program never waits for a reader.</summary>
    internal async Task ReadAsync(TextReader reader, CancellationToken ct)
    {
        char[] buffer = new char[CharactersMax];
        while (await reader.ReadAsync(buffer, ct) is > 0 and int count)
        {
            lock (_lock)
            {
                _text += new string(buffer, 0, count);
                _text = _text.Length > CharactersMax ? _text[^CharactersMax..] : _text;
            }
        }
    }
}
