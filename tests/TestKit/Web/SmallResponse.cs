using System.Text;

namespace Sluice.TestKit.Web;

/// <summary>A response of a <see cref="SmallWebServer"/>.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The content type; empty for none.</param>
/// <param name="Content">The content.</param>
public sealed record SmallResponse(int Status, string ContentType, byte[] Content)
{
    /// <summary>Further fields.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>With plain text.</summary>
    public static SmallResponse Text(int status, string text) => new(status, "text/plain", Encoding.UTF8.GetBytes(text));

    /// <summary>With a field more.</summary>
    public SmallResponse With(string name, string value)
    {
        Headers.Add((name, value));
        return this;
    }
}
