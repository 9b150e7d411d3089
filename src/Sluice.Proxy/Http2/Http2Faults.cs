using System.Text;

namespace Sluice.Proxy.Http2;

/// <summary>The names of faults, in snake_case, as in logs and metrics; never changed once released.</summary>
public static class Http2Faults
{
    private static readonly string[] Names = [.. Enum.GetNames<Http2Fault>().Select(NameFrom)];

    /// <summary>All faults.</summary>
    public static IEnumerable<Http2Fault> All => Enum.GetValues<Http2Fault>().Where(fault => fault != Http2Fault.None);

    /// <summary>The name of a fault.</summary>
    public static string NameOf(Http2Fault fault) => Names[(int)fault];

    private static string NameFrom(string pascal)
    {
        var name = new StringBuilder();
        foreach (char letter in pascal)
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
