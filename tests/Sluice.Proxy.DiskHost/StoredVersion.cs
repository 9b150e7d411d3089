using System.Globalization;
using System.Text;

namespace Sluice.Proxy.DiskHost;

/// <summary>What the host stores for one of its keys at one time; whoever finds it knows what it has to be.</summary>
/// <param name="Number">Of the key.</param>
/// <param name="Version">Rises with each storing.</param>
/// <param name="Refreshed">How often it was refreshed since.</param>
public sealed record StoredVersion(int Number, long Version, int Refreshed)
{
    /// <summary>The key.</summary>
    public static byte[] Key(int number) => Encoding.ASCII.GetBytes($"http://host.example/{number}\0");

    /// <summary>What is stored as the head, and printed.</summary>
    public override string ToString() => $"{Number} {Version} {Refreshed}";

    /// <summary>The head, or a line.</summary>
    public static StoredVersion Parse(string text)
    {
        long[] numbers = [.. text.Split(' ').Select(static word => long.Parse(word, CultureInfo.InvariantCulture))];
        return new StoredVersion((int)numbers[0], numbers[1], (int)numbers[2]);
    }

    /// <summary>The content: up to 400,000 bytes.</summary>
    public byte[] Content()
    {
        var random = new Random((int)Version ^ (Number << 20));
        var content = new byte[random.Next(400_000)];
        random.NextBytes(content);
        return content;
    }
}
