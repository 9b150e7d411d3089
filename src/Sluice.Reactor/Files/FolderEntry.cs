namespace Sluice.Reactor.Files;

/// <summary>What is in a folder under a name.</summary>
/// <param name="Name">The name as the file system has it: any bytes but slash and NUL.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="IsLink">Whether it is a symbolic link, of which the rest is about the link.</param>
/// <param name="SizeBytes">The size of a file.</param>
/// <param name="ModifiedSeconds">When it changed, in seconds since 1970.</param>
public sealed record FolderEntry(byte[] Name, bool IsFolder, bool IsLink, long SizeBytes, long ModifiedSeconds);
