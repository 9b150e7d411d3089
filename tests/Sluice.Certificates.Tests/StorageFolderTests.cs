namespace Sluice.Certificates.Tests;

public sealed class StorageFolderTests
{
    [Theory]
    [InlineData("STATE_DIRECTORY=/var/lib/a HOME=/root", true, "/var/lib/a")]
    [InlineData("STATE_DIRECTORY=/var/lib/a:/var/lib/b HOME=/home/u", false, "/var/lib/a")]
    [InlineData("HOME=/root XDG_DATA_HOME=/data", true, "/var/lib/sluice")]
    [InlineData("HOME=/home/u XDG_DATA_HOME=/data", false, "/data/sluice")]
    [InlineData("HOME=/home/u XDG_DATA_HOME=relative", false, "/home/u/.local/share/sluice")]
    [InlineData("HOME=/home/u STATE_DIRECTORY=", false, "/home/u/.local/share/sluice")]
    [InlineData("", false, "/var/lib/sluice")]
    public void Default_Environment_DecidesFolder(string environment, bool isRoot, string expected)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(expected, StorageFolder.Find(variables.GetValueOrDefault, isRoot));
    }
}
