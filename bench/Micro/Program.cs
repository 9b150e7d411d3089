using System.Globalization;
using System.Text;
using Sluice.Bench.Micro;
using Sluice.Bench.Micro.Balancing;
using Sluice.Bench.Micro.Caching;
using Sluice.Bench.Micro.Hpack;
using Sluice.Bench.Micro.Routing;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

// What the codec and the routes cost, in one thread: nanoseconds and allocated bytes per operation, the best of several rounds. Run it with -c Release.
// "routing", "hpack", "balancing" or "cache" as the argument measures the routes, header blocks of HTTP/2, picking servers or the cache's memory tier alone.
byte[] shortRequest = Encoding.Latin1.GetBytes(Messages.ShortRequest);
byte[] browserRequest = Encoding.Latin1.GetBytes(Messages.BrowserRequest);
byte[] response = Encoding.Latin1.GetBytes(Messages.Response);
byte[] chunks = Messages.BuildChunks(out int chunkedLength);
byte[] memory = new byte[64 * 1024];
var limits = new HeadLimits(8 * 1024, 32 * 1024, 100);

var request = new RequestHead();
var requestReader = new RequestHeadReader(request);
var responseHead = new ResponseHead();
var responseReader = new ResponseHeadReader(responseHead);
var body = new BodyReader();

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-36}{"ns/op",10}{"B/op",10}"));
if (args is [] or ["routing"])
{
    RoutingBenchmark.Run();
}

if (args is [] or ["hpack"])
{
    HpackBenchmark.Run();
}

if (args is [] or ["balancing"])
{
    BalancingBenchmark.Run();
}

if (args is [] or ["cache"])
{
    CacheBenchmark.Run();
}

if (args.Length > 0)
{
    return;
}

Measurement.Print($"parse request, {shortRequest.Length} bytes", () => Read(shortRequest));
Measurement.Print($"parse request, {browserRequest.Length} bytes", () => Read(browserRequest));
Measurement.Print($"parse response, {response.Length} bytes", () =>
{
    responseReader.Begin(0, limits, RequestMethod.Get);
    return responseReader.Read(response, response.Length) == ReadStatus.Done;
});
Measurement.Print($"decode {chunks.Length} bytes in 1 KiB chunks", () =>
{
    chunks.CopyTo(memory, 0);
    body.Begin(BodyFraming.Chunked, -1, limits);
    body.Read(memory, 0, chunks.Length, out _, out _, out int length);
    return body.IsComplete && length == chunkedLength;
});
Measurement.Print($"copy {chunks.Length} bytes (part of the above)", () =>
{
    chunks.CopyTo(memory, 0);
    return true;
});
Read(browserRequest);
ulong hostMask = KnownFields.MaskOf(KnownField.Host);
Measurement.Print($"write head of {browserRequest.Length} bytes", () =>
{
    var writer = new HeadWriter(memory);
    writer.Append(request.MethodText);
    writer.Append(" "u8);
    writer.Append(request.Path);
    writer.Append("?"u8);
    writer.Append(request.Query);
    writer.Append(" HTTP/1.1\r\n"u8);
    writer.AppendField("Host"u8, request.Authority);
    writer.AppendFields(request.Fields, FieldFlags.HopByHop | FieldFlags.Underscore | FieldFlags.Framing, hostMask);
    writer.EndHead();
    return !writer.Overflowed;
});

bool Read(byte[] message)
{
    requestReader.Begin(0, limits);
    return requestReader.Read(message, message.Length) == ReadStatus.Done;
}
