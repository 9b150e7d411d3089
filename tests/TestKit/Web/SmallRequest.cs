namespace Sluice.TestKit.Web;

/// <summary>A request to a <see cref="SmallWebServer"/>.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Target">The path and query, as they came.</param>
/// <param name="Host">The Host field.</param>
/// <param name="Headers">All fields; names as they came.</param>
/// <param name="Content">The content, or nothing.</param>
public sealed record SmallRequest(string Method, string Target, string Host, IReadOnlyDictionary<string, string> Headers, byte[] Content);
