// A program that is a reverse proxy itself: the first argument is the address to listen on, the second the URL of a server.
using Sluice.Config;
using Sluice.Proxy;

string listen = args.Length > 0 ? args[0] : "127.0.0.1:8080";
string server = args.Length > 1 ? args[1] : "http://127.0.0.1:3000";

try
{
    await using SluiceServer proxy = SluiceServer.Create(b =>
    {
        b.Listen(listen);
        b.AccessLog(false);
        b.Limits(limits => limits.Set("connect_timeout", "1s").Set("request_body_size", "10MiB"));

        b.Route("/hello").Name("hello").Respond("hello\n");
        b.Route("/old/*").Respond(410);
        b.Route().Proxy("app");

        b.Upstream("app", app => app.Balance("least_requests").Server(server).Connections(connections => connections.Set("max", 200)));
    });

    Console.WriteLine($"listening on {proxy.EndPoints[0]}; a line on standard input ends it");
    Console.ReadLine();
    await proxy.StopAsync(TimeSpan.FromSeconds(5));
    return 0;
}
catch (Exception exception) when (exception is ConfigException or ListenException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
