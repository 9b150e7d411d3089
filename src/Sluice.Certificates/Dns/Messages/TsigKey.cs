using System.Security.Cryptography;

namespace Sluice.Certificates.Dns.Messages;

/// <summary>A key that a client and a name server share. Never printed. Immutable.</summary>
internal sealed class TsigKey
{
    private readonly TsigAlgorithm _algorithm;
    private readonly byte[] _secret;

    private TsigKey(DnsName name, TsigAlgorithm algorithm, byte[] secret)
    {
        Name = name;
        _algorithm = algorithm;
        _secret = secret;
        _ = DnsName.TryParse(NameOf(algorithm), out DnsName algorithmName);
        AlgorithmName = algorithmName;
    }

    /// <summary>What both sides call it.</summary>
    internal DnsName Name { get; }

    /// <summary>The algorithm as a name, as it stands in messages.</summary>
    internal DnsName AlgorithmName { get; }

    /// <summary>Reads one as it stands in a configuration.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="algorithm"><c>hmac-sha256</c>, <c>hmac-sha384</c> or <c>hmac-sha512</c>.</param>
    /// <param name="secret">The secret in base64.</param>
    /// <param name="problem">Why there is no key; never shows the secret.</param>
    /// <returns>Null when there is a problem.</returns>
    internal static TsigKey? Read(string name, string algorithm, string secret, out string? problem)
    {
        problem = null;
        TsigAlgorithm? known = AlgorithmOf(algorithm);
        byte[] bytes = new byte[secret.Length];
        if (!DnsName.TryParse(name, out DnsName parsed))
        {
            problem = $"the name of the key is not a domain name: `{name}`";
        }
        else if (known is null)
        {
            problem = algorithm.ToLowerInvariant() is "hmac-sha1" or "hmac-md5" or "hmac-md5.sig-alg.reg.int"
                ? $"{algorithm.ToLowerInvariant()} is too weak; use hmac-sha256, hmac-sha384 or hmac-sha512"
                : $"the algorithm of the key is hmac-sha256, hmac-sha384 or hmac-sha512; not `{algorithm}`";
        }
        else if (!Convert.TryFromBase64String(secret, bytes, out int length) || length == 0)
        {
            problem = "the secret of the key is not base64";
        }
        else
        {
            return new TsigKey(parsed, known.Value, bytes[..length]);
        }

        return null;
    }

    /// <summary>The code that authenticates some bytes.</summary>
    internal byte[] Compute(ReadOnlySpan<byte> bytes) => _algorithm switch
    {
        TsigAlgorithm.Sha256 => HMACSHA256.HashData(_secret, bytes),
        TsigAlgorithm.Sha384 => HMACSHA384.HashData(_secret, bytes),
        _ => HMACSHA512.HashData(_secret, bytes),
    };

    private static TsigAlgorithm? AlgorithmOf(string name)
    {
        foreach (TsigAlgorithm algorithm in Enum.GetValues<TsigAlgorithm>())
        {
            if (NameOf(algorithm).Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
            {
                return algorithm;
            }
        }

        return null;
    }

    private static string NameOf(TsigAlgorithm algorithm) => algorithm switch
    {
        TsigAlgorithm.Sha256 => "hmac-sha256",
        TsigAlgorithm.Sha384 => "hmac-sha384",
        _ => "hmac-sha512",
    };
}
