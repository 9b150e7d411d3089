using Sluice.TestKit.Http2;
using Sluice.TestKit.Proxy;

namespace Sluice.Hostile.Http2;

/// <summary>A client that stops within frames, gives up what it has begun, sends frames that are spoilt, and goes without a word, by chance.</summary>
internal sealed class RudeClient(ProxyFixture proxy, Random random)
{
    private Http2Peer? _peer;
    private Task _reading = Task.CompletedTask;
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Does something.</summary>
    internal async Task StepAsync()
    {
        if (_peer is null || _reading.IsCompleted)
        {
            await ConnectAsync();
        }

        if (_rest.Length > 0)
        {
            await SendRestAsync();
        }
        else
        {
            await SendPartOfAsync(Next());
        }
    }

    /// <summary>Goes without a word.</summary>
    internal async Task EndAsync()
    {
        _peer?.Abort();
        _peer = null;
        await _reading;
    }

    private async Task ConnectAsync()
    {
        await EndAsync();
        _peer = await proxy.ConnectHttp2Async(new Http2PeerOptions { Name = "rude" });
        _peer.StepTimeout = TimeSpan.FromSeconds(120);

        // What a proxy made of halves of frames can't be told from here.
        _peer.Checks = false;
        _peer.GrantsWindows = random.Next(2) == 0;
        _reading = _peer.ReadToEndAsync();
        _rest = default;
    }

    private async Task SendRestAsync()
    {
        if (random.Next(8) == 0)
        {
            await EndAsync();
            return;
        }

        int count = random.Next(3) == 0 ? _rest.Length : random.Next(1, _rest.Length + 1);
        await _peer!.TrySendAsync(_rest[..count]);
        _rest = _rest[count..];
    }

    private async Task SendPartOfAsync(byte[] frames)
    {
        int cut = random.Next(2) == 0 ? frames.Length : random.Next(1, frames.Length);
        await _peer!.TrySendAsync(frames.AsMemory(0, cut));
        _rest = frames.AsMemory(cut);
    }

    private byte[] Next()
    {
        uint stream = _peer!.NextStream();
        byte[] head = Frames.Headers(stream, _peer.Request("POST", random.Next(2) == 0 ? HonestClient.FixedPath : "/digest").Add("x-id", "rude").ToArray(), end: false);
        byte[] data = Frames.Data(stream, new byte[random.Next(1, 16_000)], end: random.Next(2) == 0, padding: random.Next(3) == 0 ? (byte)random.Next(200) : null);
        return random.Next(6) switch
        {
            0 => [.. head, .. Frames.Reset(stream)],
            1 => [.. head, .. Spoil(data)],
            2 => [.. Spoil(head), .. data],
            3 => [.. head, .. data, .. Frames.Data(stream, new byte[5])],
            _ => [.. head, .. data],
        };
    }

    private byte[] Spoil(byte[] frame)
    {
        frame[random.Next(Math.Min(frame.Length, 30))] ^= (byte)(1 << random.Next(8));
        return frame;
    }
}
