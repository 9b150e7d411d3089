using System.Text;
using Sluice.Proxy.Telemetry;
using Sluice.TestKit.Time;
using Xunit;

namespace Sluice.Proxy.Tests.Telemetry;

public sealed class MessageOutputTests
{
    [Fact]
    public async Task Messages_WrittenOneByOne_ArriveInTheirOrder()
    {
        var reader = new StuckReader();
        reader.Begin();
        using (var output = new MessageOutput(reader))
        {
            output.Write("one\n");
            output.Write("two\n");
        }

        Assert.Equal("one\ntwo\n", await reader.ReadAsync("one\ntwo\n".Length));
    }

    [Fact]
    public async Task Messages_ThatNobodyReads_AreDroppedAndCounted_AndTheirNumberIsWrittenLater()
    {
        const int above = 50;
        var reader = new StuckReader();
        using (var output = new MessageOutput(reader))
        {
            output.Write("first\n");
            Assert.True(reader.IsAsked.Wait(Patience.PerStep));
            for (int i = 0; i < MessageOutput.MessagesMax + above; i++)
            {
                output.Write("more\n");
            }

            Assert.Equal(above, output.Dropped);
            reader.Begin();
        }

        const string told = "sluice: 50 messages were dropped, because the reader of the output is too slow";
        string text = await reader.ReadAsync("first\n".Length + (MessageOutput.MessagesMax * "more\n".Length) + told.Length + 1);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(MessageOutput.MessagesMax + 2, lines.Length);
        Assert.Equal(told, Assert.Single(lines, line => line is not ("first" or "more")));
    }

    [Fact]
    public void End_WithAReaderThatIsStuck_ComesAllTheSame()
    {
        var reader = new StuckReader();
        var output = new MessageOutput(reader);
        output.Write("first\n");

        output.Dispose();
        output.Write("late\n");

        Assert.Equal((1, ""), (output.Dropped, reader.Text));
        reader.Begin();
    }

    /// <summary>Takes nothing until it begins.</summary>
    private sealed class StuckReader : TextWriter
    {
        private readonly ManualResetEventSlim _begins = new();
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public ManualResetEventSlim IsAsked { get; } = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public void Begin() => _begins.Set();

        /// <summary>All that came, once it is so long: the output ends after two seconds, though a busy machine may have got to less by then.</summary>
        public async Task<string> ReadAsync(int length)
        {
            using var deadline = new CancellationTokenSource(Patience.PerStep);
            while (Text.Length < length && !deadline.IsCancellationRequested)
            {
                await Task.Delay(5, CancellationToken.None);
            }

            return Text;
        }

        public override void Write(string? value)
        {
            IsAsked.Set();
            _begins.Wait();
            lock (_text)
            {
                _text.Append(value);
            }
        }
    }
}
