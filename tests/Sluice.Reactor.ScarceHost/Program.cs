using System.Globalization;
using System.Net;
using Sluice.Reactor;
using Sluice.Reactor.ScarceHost;
using Sluice.Reactor.Sockets;

// Listens on a free port, keeps what it accepts, and answers commands, one a line:
//   state   prints "<accepted> <pauses told> <processor ms used>"
//   free    closes everything it accepted, and prints the same
//   thread  starts a thread and waits for its end, and prints the same
// It ends with its standard input.
using var loops = new LoopGroup(1, static bug => Console.Error.WriteLine(bug), static (_, _) => { });
EventLoop loop = loops.Loops[0];
using ListeningSocket socket = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), 1)[0];
var keeper = new KeepingAcceptor();
await LoopGroup.InvokeAsync(loop, l => new Listener(l, socket, 0, keeper));
Console.WriteLine(((IPEndPoint)socket.EndPoint).Port.ToString(CultureInfo.InvariantCulture));
while (Console.ReadLine() is { } command)
{
    if (command == "thread")
    {
        var thread = new Thread(static () => { });
        thread.Start();
        thread.Join();
    }

    string answer = await LoopGroup.InvokeAsync(loop, _ => command == "free" ? keeper.Free() : keeper.State());
    Console.WriteLine(answer);
}
