using System.Diagnostics;
using System.Text.Json;
using Sluice.Certificates.Local;
using Sluice.Certificates.Trust;
using Sluice.Cli.Commands;
using Sluice.Reactor.Files;

namespace Sluice.Cli.Tests;

/// <summary>The command with stores in folders of the test, so that it runs inside of the test.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly string _storage;
    private readonly string _anchors;

    public TrustTests()
    {
        _storage = Path.Combine(_folder.Path, "storage");
        _anchors = Path.Combine(_folder.Path, "usr/local/share/ca-certificates");
        Directory.CreateDirectory(_anchors);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "bin"));

        // Copied by another process: a file that is open for writing can't be run, and whoever starts a process meanwhile inherits what this one has open.
        string program = _folder.Write("program", $"#!/bin/sh\ntest ! -e {_folder.Path}/fail\n");
        using Process copying = Process.Start("install", ["-m", "500", program, Path.Combine(_folder.Path, "bin/update-ca-certificates")]);
        copying.WaitForExit();
        Assert.Equal(0, copying.ExitCode);
    }

    public void Dispose()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Trust_NoAuthorityYet_MakesAndInstallsIt()
    {
        int exitCode = await RunAsync();

        string file = Assert.Single(Directory.GetFiles(_anchors));
        Assert.Equal((0, $"system  trusts it now ({file})\n"), (exitCode, _output.ToString()));
        Assert.Equal(Assert.Single(LocalAuthority.FindRoots(_storage)), File.ReadAllText(file));
    }

    [Fact]
    public async Task Trust_Twice_SaysSo()
    {
        await RunAsync();
        _output.GetStringBuilder().Clear();

        Assert.Equal(0, await RunAsync());
        Assert.StartsWith("system  trusts it already (", _output.ToString(), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_anchors));
    }

    [Fact]
    public async Task Trust_Remove_TakesItOut()
    {
        await RunAsync();
        _output.GetStringBuilder().Clear();

        Assert.Equal(0, await RunAsync(isRemoval: true));
        Assert.StartsWith("system  trusts it no more (", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_anchors));
        Assert.Single(LocalAuthority.FindRoots(_storage));
    }

    [Fact]
    public async Task Trust_RemoveWithoutAuthority_MakesNone()
    {
        Assert.Equal(1, await RunAsync(isRemoval: true));
        Assert.False(Directory.Exists(_storage));
    }

    [Fact]
    public async Task Trust_StoreFails_EndsWith1()
    {
        _folder.Write("fail", "");

        Assert.Equal(1, await RunAsync(isJson: true));

        using JsonDocument json = JsonDocument.Parse(_output.ToString());
        JsonElement result = json.RootElement.GetProperty("results")[0];
        Assert.Equal(("system", "failed"), (result.GetProperty("store").GetString(), result.GetProperty("outcome").GetString()));
        Assert.Contains("update-ca-certificates ended with 1", result.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(_storage, json.RootElement.GetProperty("storage").GetString());
    }

    [Fact]
    public async Task Trust_FolderOfAService_IsLeftToTheService()
    {
        // `/` belongs to root: where this runs as somebody else, that is another user's; where it runs as root, another user's folder is needed.
        string folder = "/";
        if (ProcessUser.Id == 0)
        {
            folder = Directory.CreateDirectory(_storage).FullName;
            using Process chown = Process.Start("chown", ["12345", folder]);
            await chown.WaitForExitAsync();
        }

        Assert.Equal(1, await TrustCommand.RunAsync(folder, isRemoval: false, isJson: false, Places(), _output, default));
        Assert.Equal("", _output.ToString());
        Assert.False(Directory.Exists(Path.Combine(folder, "local")));
    }

    [Fact]
    public async Task Trust_StorageIsNoFolder_EndsWith1()
    {
        string file = _folder.Write("file", "");

        ProcessResult result = await SluiceProcess.RunAsync("trust", "--storage", file);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"sluice: the folder {file}/local of the local authority can't be made", result.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(bool isRemoval = false, bool isJson = false) => TrustCommand.RunAsync(_storage, isRemoval, isJson, Places(), _output, default);

    private TrustPlaces Places() => new()
    {
        SystemRoot = _folder.Path, Home = Path.Combine(_folder.Path, "home"), ProgramFolders = [Path.Combine(_folder.Path, "bin")],
    };
}
