using System.Diagnostics;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>python3-hpack in a process of its own: one line in, one line out.</summary>
internal sealed class PythonPeer : IAsyncDisposable
{
    // Debian's: another one that comes first in the path does not have its packages.
    private const string Interpreter = "/usr/bin/python3";

    private const string Script =
        """
        import sys
        from hpack import Decoder, Encoder
        decoder = Decoder(max_header_list_size=1 << 30)
        encoder = Encoder()
        for line in sys.stdin:
            command, _, rest = line.rstrip("\n").partition(" ")
            if command == "decode":
                fields = decoder.decode(bytes.fromhex(rest), raw=True)
                print(" ".join(f"{f[0].hex()}:{f[1].hex()}:{int(not f.indexable)}" for f in fields), flush=True)
            elif command == "allow":
                decoder.max_allowed_table_size = int(rest)
                print(flush=True)
            elif command == "resize":
                encoder.header_table_size = int(rest)
                print(flush=True)
            else:
                fields = [f.split(":") for f in rest.split()]
                fields = [(bytes.fromhex(n), bytes.fromhex(v), s == "1") for n, v, s in fields]
                print(encoder.encode(fields, huffman=command == "huffman").hex(), flush=True)
        """;

    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;

    internal PythonPeer()
    {
        var start = new ProcessStartInfo(Interpreter, ["-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Decodes a block of a connection on which only this side sends.</summary>
    internal async Task<string> DecodeAsync(byte[] block)
    {
        string answer = await AskAsync($"decode {Convert.ToHexString(block)}");
        return string.Concat(answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => Describe(field.Split(':'))));
    }

    /// <summary>Encodes a block of a connection on which only the other side sends.</summary>
    internal async Task<byte[]> EncodeAsync((string Name, string Value, bool IsNever)[] fields, bool isHuffman)
    {
        IEnumerable<string> words = fields.Select(field => $"{Hex(field.Name)}:{Hex(field.Value)}:{(field.IsNever ? 1 : 0)}");
        return Convert.FromHexString(await AskAsync($"{(isHuffman ? "huffman" : "plain")} {string.Join(' ', words)}"));
    }

    /// <summary>What its decoder allows as the size of the table.</summary>
    internal Task AllowAsync(int tableBytes) => AskAsync($"allow {tableBytes}");

    /// <summary>What its encoder makes the size of its table.</summary>
    internal Task ResizeAsync(int tableBytes) => AskAsync($"resize {tableBytes}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    private async Task<string> AskAsync(string line)
    {
        using var deadline = new CancellationTokenSource(AnswerTimeMax);
        await _process.StandardInput.WriteAsync($"{line}\n".AsMemory(), deadline.Token);
        await _process.StandardInput.FlushAsync(deadline.Token);
        string? answer = await _process.StandardOutput.ReadLineAsync(deadline.Token);
        Assert.True(answer is not null, answer is null ? $"python3 ended: {await _errors}" : null);
        return answer!;
    }

    private static string Describe(string[] field) =>
        $"{Bytes.ToText(Convert.FromHexString(field[0]))}: {Bytes.ToText(Convert.FromHexString(field[1]))}{(field[2] == "1" ? " [never]" : "")}\n";

    private static string Hex(string text) => Convert.ToHexString(Bytes.Of(text));
}
