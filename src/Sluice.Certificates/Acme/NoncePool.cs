using System.Collections.Concurrent;

namespace Sluice.Certificates.Acme;

/// <summary>Anti-replay nonces that came with answers, each for one request (RFC 8555, section 6.5). The newest is used first. Any thread.</summary>
internal sealed class NoncePool
{
    // More than requests at once; when it is full, new ones are dropped: fetching one costs one request.
    private const int NoncesMax = 16;
    private const int NonceCharsMax = 512;
    private readonly ConcurrentStack<string> _nonces = new();

    /// <summary>Takes one, if there is one.</summary>
    public bool TryTake(out string nonce) => _nonces.TryPop(out nonce!);

    /// <summary>Keeps one; what isn't base64url is ignored (section 6.5.1).</summary>
    public void Add(string nonce)
    {
        if (_nonces.Count < NoncesMax && IsNonce(nonce))
        {
            _nonces.Push(nonce);
        }
    }

    /// <summary>Whether a text can be one.</summary>
    public static bool IsNonce(string text) =>
        text.Length is > 0 and <= NonceCharsMax && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
