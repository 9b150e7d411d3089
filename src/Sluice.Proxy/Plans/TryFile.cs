namespace Sluice.Proxy.Plans;

/// <summary>A place below the folder where a file is looked for; with a slash at its end a folder, for its index.</summary>
/// <param name="Before">Stands before the path, as the file system has it.</param>
/// <param name="HasPath">Whether the request's path is in it, decoded.</param>
/// <param name="After">Stands behind the path.</param>
public sealed record TryFile(string Before, bool HasPath, string After)
{
    /// <summary>As it is written.</summary>
    public override string ToString() => HasPath ? $"{Before}{{path}}{After}" : Before;
}
