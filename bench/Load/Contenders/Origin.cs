using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>
/// The upstream server: an nginx that serves fixed bodies from memory and accepts uploads. An upload is answered only after its whole
/// body was read: the mirror module reads it first, POST is refused by the file handler, and that refusal is answered with 200 and the
/// number of bytes read ($request_length: head and body), which the bench checks. A gRPC call is answered with a file in the same way: its message is read and not
/// looked at.
/// </summary>
internal static class Origin
{
    public const string SmallPath = "/100";
    public const string KilobytePath = "/1k";
    public const string MediumPath = "/10k";
    public const string LargePath = "/100k";
    public const string HugePath = "/10m";
    public const string UploadPath = "/upload";
    public const string GrpcPath = "/bench.Echo/Unary";

    public const int SmallBytes = 100;
    public const int GrpcBytes = GrpcPrefixBytes + 100;
    public const int KilobyteBytes = 1024;
    public const int MediumBytes = 10 * 1024;
    public const int LargeBytes = 100 * 1024;
    public const int HugeBytes = 10 * 1024 * 1024;

    /// <summary>The folder of the workspace that has the files.</summary>
    public const string FilesFolder = "origin-files";

    private const int GrpcPrefixBytes = 5;

    /// <param name="isHttp2">Whether it speaks HTTP/2, in clear text, instead of HTTP/1.1.</param>
    public static Contender Start(Workspace workspace, int workers, int? cpu, bool isHttp2 = false)
    {
        int port = Workspace.FreePort();
        string root = workspace.CreateFolder(FilesFolder);
        File.WriteAllBytes(root + SmallPath, Body(SmallBytes));
        File.WriteAllBytes(root + KilobytePath, Body(KilobyteBytes));
        File.WriteAllBytes(Path.Combine(root, "10k"), Body(MediumBytes));
        File.WriteAllBytes(Path.Combine(root, "100k"), Body(LargeBytes));
        File.WriteAllBytes(Path.Combine(root, "10m"), Body(HugeBytes));
        File.WriteAllBytes(Path.Combine(root, "upload"), []);
        File.WriteAllBytes(Path.Combine(root, "message"), GrpcMessage());
        foreach ((string path, byte[] content) in Corpus.All)
        {
            File.WriteAllBytes(root + path, content);
        }

        Directory.CreateDirectory(Path.Combine(root, "bench.Echo"));
        File.WriteAllBytes(root + GrpcPath, []);
        string small = new('x', SmallBytes);
        string http = $$"""
            access_log off;
            keepalive_timeout 3600s;
            keepalive_requests 1000000000;
            sendfile on;
            tcp_nopush on;
            tcp_nodelay on;
            open_file_cache max=16 inactive=1h;
            open_file_cache_valid 1h;
            client_max_body_size 0;
            client_body_buffer_size 256k;
            default_type application/octet-stream;
            types { text/html html; application/json json; text/javascript js; }
            server {
                listen 127.0.0.1:{{port}} {{(isHttp2 ? "http2" : "")}} reuseport backlog=4096;
                root {{root}};
                location = {{SmallPath}} { return 200 "{{small}}"; }
                location = {{UploadPath}} { mirror /discard; mirror_request_body on; error_page 405 =200 /received; }
                location = {{GrpcPath}} { mirror /discard; mirror_request_body on; error_page 405 =200 /message; }
                location = /message { internal; default_type application/grpc; add_trailer grpc-status 0; }
                location = /discard { internal; return 204; }
                location = /received { internal; return 200 "$request_length"; }
            }
            """;
        ChildProcess process = NginxProcess.Start(workspace, $"origin-{port}", cpu, workers, http);
        return new Contender("origin", port, process, isHttp2: isHttp2);
    }

    /// <summary>A message as gRPC frames it: not compressed, its length in four bytes, and as many bytes.</summary>
    public static byte[] GrpcMessage() => [0, 0, 0, 0, GrpcBytes - GrpcPrefixBytes, .. Body(GrpcBytes - GrpcPrefixBytes)];

    /// <summary>The expected body of a download: printable, and different at every offset modulo 95.</summary>
    public static byte[] Body(int length)
    {
        byte[] body = new byte[length];
        for (int at = 0; at < length; at++)
        {
            body[at] = length == SmallBytes ? (byte)'x' : (byte)(' ' + (at % 95));
        }

        return body;
    }
}
