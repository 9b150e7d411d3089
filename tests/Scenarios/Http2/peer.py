"""A client of python3-h2, which raises at whatever the proxy does against RFC 9113.

peer.py PORT plain|tls: 20 uploads with trailers, 20 large downloads, 20 early hints with 204, and 20 requests that are given up, all at once.
"""
import socket
import ssl
import sys

import h2.config
import h2.connection
import h2.events

CONTENT = bytes(300_000)


def connect(port, over_tls):
    plain = socket.create_connection(("127.0.0.1", port), timeout=60)
    if not over_tls:
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    secure = context.wrap_socket(plain, server_hostname="a.test")
    assert secure.selected_alpn_protocol() == "h2"
    return secure


def request(connection, scheme, method, path, fields=(), end=True):
    stream = connection.get_next_available_stream_id()
    head = [(":method", method), (":scheme", scheme), (":authority", "a.test"), (":path", path), *fields]
    connection.send_headers(stream, head, end_stream=end)
    return stream


def main():
    port, over_tls = int(sys.argv[1]), sys.argv[2] == "tls"
    scheme = "https" if over_tls else "http"
    wire = connect(port, over_tls)
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
    connection.initiate_connection()
    connection.ping(b"12345678")
    uploads = {}
    left = {}
    for i in range(20):
        upload = request(connection, scheme, "POST", "/up", [("cookie", "a=1"), ("cookie", "b=2"), ("te", "trailers")], end=False)
        uploads[upload] = len(CONTENT)
        left[upload] = {"status": "200", "bytes": 5, "trailers": True}
        left[request(connection, scheme, "GET", "/large", [("priority", f"u={i % 8}")])] = {"status": "200", "bytes": len(CONTENT), "trailers": False}
        left[request(connection, scheme, "GET", "/hints")] = {"status": "204", "bytes": 0, "trailers": False}
        connection.reset_stream(request(connection, scheme, "GET", "/silent"), error_code=8)

    served, reset, ponged, hinted = 0, 20, False, 0
    while left or not ponged:
        for stream in list(uploads):
            while uploads[stream] > 0:
                # Padding and its length take part of the window, too.
                count = min(connection.local_flow_control_window(stream) - 8, connection.max_outbound_frame_size - 8, uploads[stream])
                if count <= 0:
                    break
                connection.send_data(stream, CONTENT[:count], pad_length=7)
                uploads[stream] -= count
            if uploads[stream] == 0:
                connection.send_headers(stream, [("x-sum", "1")], end_stream=True)
                del uploads[stream]
        wire.sendall(connection.data_to_send())
        data = wire.recv(65536)
        assert data, "the proxy closed"
        for event in connection.receive_data(data):
            stream = getattr(event, "stream_id", None)
            if isinstance(event, h2.events.PingAckReceived):
                ponged = True
            elif isinstance(event, h2.events.ConnectionTerminated):
                raise AssertionError(f"GOAWAY {event.error_code}")
            elif stream not in left:
                continue
            elif isinstance(event, h2.events.InformationalResponseReceived):
                hinted += 1
            elif isinstance(event, h2.events.ResponseReceived):
                assert dict(event.headers)[":status"] == left[stream]["status"], event
            elif isinstance(event, h2.events.TrailersReceived):
                assert dict(event.headers) == {"x-sum": "1"}, event
                left[stream]["trailers"] = False
            elif isinstance(event, h2.events.DataReceived):
                left[stream]["bytes"] -= len(event.data)
                connection.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, h2.events.StreamEnded):
                assert left[stream]["bytes"] == 0 and not left[stream]["trailers"], (stream, left[stream])
                del left[stream]
                served += 1
            elif isinstance(event, h2.events.StreamReset):
                raise AssertionError(f"stream {stream} was reset: {event.error_code}")
    assert hinted == 20, hinted
    connection.close_connection()
    wire.sendall(connection.data_to_send())
    print(f"served {served}, reset {reset}")


main()
