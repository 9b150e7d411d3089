using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Load.Contenders;

namespace Sluice.Load.Reload;

/// <summary>Writes one generation after the other, sends SIGHUP, and looks from outside whether it did what it should.</summary>
internal sealed class ReloadDriver : IDisposable
{
    private const string RefusalMark = "not reloaded";
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(1);

    private readonly Contender _sluice;
    private readonly GenerationFile _file;
    private readonly string _path;
    private readonly FailureTally _failures;
    private readonly HangUpSender _hangUps;
    private readonly TimeSpan _effectMax;
    private readonly HttpClient _client;
    private int _generation;
    private int _refusalsAsked;
    private int _refusals;

    /// <param name="sluice">Runs with generation 0 of the file.</param>
    /// <param name="path">Where it reads the file.</param>
    /// <param name="effectMax">How soon a reload must be seen.</param>
    public ReloadDriver(Contender sluice, GenerationFile file, string path, TimeSpan effectMax, FailureTally failures)
    {
        _sluice = sluice;
        _file = file;
        _path = path;
        _effectMax = effectMax;
        _failures = failures;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = effectMax };
        _hangUps = new HangUpSender(sluice.ProcessId);
        sluice.OnErrorLine = CountRefusal;
    }

    public int Refusals => _refusals;

    /// <summary>Has the next generation served, and checks that its route and its listener came or went.</summary>
    public async Task<ReloadSample> ReloadAsync(CancellationToken stop)
    {
        _sluice.ThrowIfEnded();
        _generation++;
        string expected = _generation.ToString();
        await File.WriteAllTextAsync(_path, _file.Valid(_generation), stop);
        long start = Stopwatch.GetTimestamp();
        _hangUps.Send();
        bool isSeen = await PollAsync(async () => await GetAsync(GenerationFile.GenerationPath, stop) == expected, stop);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!isSeen)
        {
            _failures.Add(FailureKind.ReloadNotSeen, $"generation {expected}");
            return new ReloadSample(_generation, null);
        }

        await CheckChangesAsync(stop);
        return new ReloadSample(_generation, elapsed);
    }

    /// <summary>Sends SIGHUP with a file that must be refused, and checks that the generation before goes on.</summary>
    public async Task RefuseAsync(CancellationToken stop)
    {
        int before = Volatile.Read(ref _refusals);
        int kind = _refusalsAsked++;
        await File.WriteAllTextAsync(_path, _file.Invalid(_generation + 1, kind), stop);
        _hangUps.Send();
        if (!await PollAsync(() => Task.FromResult(Volatile.Read(ref _refusals) > before), stop))
        {
            _failures.Add(FailureKind.ReloadNotRefused, $"kind {kind % GenerationFile.InvalidKinds}");
        }

        string served = await GetAsync(GenerationFile.GenerationPath, stop);
        if (served != _generation.ToString())
        {
            _failures.Add(FailureKind.ReloadWronglyTaken, $"kind {kind % GenerationFile.InvalidKinds}: {served} instead of {_generation}");
        }

        await CheckChangesAsync(stop);
    }

    public void Dispose()
    {
        _hangUps.Dispose();
        _client.Dispose();
    }

    private async Task CheckChangesAsync(CancellationToken stop)
    {
        bool wantsRoute = GenerationFile.HasExtraRoute(_generation);
        bool wantsListener = GenerationFile.HasExtraListener(_generation);
        if (await GetAsync(GenerationFile.ExtraPath, stop) == GenerationFile.ExtraBody != wantsRoute)
        {
            _failures.Add(FailureKind.ReloadNotSeen, $"generation {_generation}: the extra route is {(wantsRoute ? "missing" : "still there")}");
        }

        if (!await PollAsync(async () => await ListensAsync(_file.ExtraPort, stop) == wantsListener, stop))
        {
            _failures.Add(FailureKind.ReloadNotSeen, $"generation {_generation}: the extra listener is {(wantsListener ? "missing" : "still there")}");
        }
    }

    private async Task<bool> PollAsync(Func<Task<bool>> condition, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > _effectMax)
            {
                return false;
            }

            await Task.Delay(ProbePause, stop);
        }

        return true;
    }

    /// <summary>The content of an answer, whatever its status; empty when there is none.</summary>
    private async Task<string> GetAsync(string path, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(_sluice.Url(path), stop);
            return await response.Content.ReadAsStringAsync(stop);
        }
        catch (HttpRequestException failure)
        {
            _failures.Add(FailureKind.ReloadProbe, $"{path}: {failure.Message}");
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            _failures.Add(FailureKind.ReloadProbe, $"{path}: no answer");
        }

        return "";
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void CountRefusal(string line)
    {
        if (line.Contains(RefusalMark, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _refusals);
        }
    }
}
