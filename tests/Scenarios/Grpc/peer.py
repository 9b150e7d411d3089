"""A server and a client of gRPC, of the library that most languages share (gRPC core), for the tests in this folder.

serve [KEY CERTIFICATE]        prints "port N", then a line for each thing that a test may want to know
call ADDRESS SCENARIO [ROOTS]  prints one line of JSON: what the client saw

Messages are plain bytes: what is inside of them is no concern of a proxy.
"""
import base64
import json
import queue
import sys
import threading
from concurrent import futures

import grpc

SERVICE = "sluice.test.Echo"
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
LIMIT = 60


def say(text):
    print(text, flush=True)


def shown(metadata):
    """The metadata of the tests, without what the library and the proxy add."""
    pairs = sorted((key, value) for key, value in metadata or () if key.startswith("x-") or key == "grpc-status-details-bin")
    return [f"{key}: {base64.b64encode(value).decode() if isinstance(value, bytes) else value}" for key, value in pairs]


# The server.

def unary(request, context):
    metadata = [(key, value) for key, value in context.invocation_metadata() if key.startswith("x-test")]
    context.send_initial_metadata(metadata)
    context.set_trailing_metadata([("x-trailer-text", "last words"), ("x-trailer-bin", b"\x00\xff\x01")])
    return request


def collect(requests, context):
    return b",".join(requests)


def repeat(request, context):
    for number in range(int(request)):
        yield b"message %d" % number


def chat(requests, context):
    for request in requests:
        yield request.upper()


def fail(request, context):
    context.set_trailing_metadata([("grpc-status-details-bin", b"\x08\x09\x12\x05later")])
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not before 100 % of ünïcode")


def fail_late(request, context):
    yield b"first"
    context.abort(grpc.StatusCode.DATA_LOSS, "the rest is gone")


def wait(request, context):
    ended = threading.Event()
    context.add_callback(ended.set)
    remaining = context.time_remaining()
    context.send_initial_metadata([("x-waiting", "yes")])
    say(f"waiting {'for ever' if remaining is None or remaining > 3600 else 'with a deadline'}")
    ended.wait(LIMIT)
    say("ended" if ended.is_set() else "forgotten")
    return b"too late"


def wait_in_stream(requests, context):
    # All of it before the reply: the client may cancel as soon as it has that, and then the library calls this generator no more.
    context.add_callback(lambda: say("ended"))
    say("waiting in a stream")
    yield next(requests)
    for request in requests:
        yield request


def serve(files):
    handlers = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary),
        "Collect": grpc.stream_unary_rpc_method_handler(collect),
        "Repeat": grpc.unary_stream_rpc_method_handler(repeat),
        "Chat": grpc.stream_stream_rpc_method_handler(chat),
        "Fail": grpc.unary_unary_rpc_method_handler(fail),
        "FailLate": grpc.unary_stream_rpc_method_handler(fail_late),
        "Wait": grpc.unary_unary_rpc_method_handler(wait),
        "WaitInStream": grpc.stream_stream_rpc_method_handler(wait_in_stream),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=UNLIMITED)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    if files:
        key, certificate = (open(file, "rb").read() for file in files)
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    say(f"port {port}")
    # Ends with whoever started it.
    sys.stdin.read()
    server.stop(None)


# The client.

class Client:
    def __init__(self, channel):
        self.channel = channel

    def method(self, kind, name):
        return getattr(self.channel, kind)(f"/{SERVICE}/{name}")

    def unary(self):
        metadata = [("x-test-text", "hello"), ("x-test-data-bin", b"\x00\x01\xfe\xff")]
        reply, call = self.method("unary_unary", "Unary").with_call(b"ping", metadata=metadata, timeout=LIMIT)
        return {"reply": reply.decode(), "first": shown(call.initial_metadata()), "last": shown(call.trailing_metadata()), "code": call.code().name}

    def empty(self):
        reply, call = self.method("unary_unary", "Unary").with_call(b"", timeout=LIMIT)
        return {"reply": reply.decode(), "code": call.code().name}

    def collect(self):
        return {"reply": self.method("stream_unary", "Collect")(iter([b"one", b"two", b"three"]), timeout=LIMIT).decode()}

    def repeat(self):
        return {"replies": [reply.decode() for reply in self.method("unary_stream", "Repeat")(b"3", timeout=LIMIT)]}

    def nothing(self):
        call = self.method("unary_stream", "Repeat")(b"0", timeout=LIMIT)
        return {"replies": [reply.decode() for reply in call], "code": call.code().name}

    def chat(self):
        words = queue.Queue()
        call = self.method("stream_stream", "Chat")(iter(words.get, None), timeout=LIMIT)
        talk = []
        for word in (b"one", b"two", b"three"):
            words.put(word)
            talk.append(word.decode())
            talk.append(next(call).decode())
        words.put(None)
        return {"talk": talk, "rest": [reply.decode() for reply in call], "code": call.code().name}

    def large(self):
        message = bytes(range(256)) * (16 * 1024)
        return {"same": self.method("unary_unary", "Unary")(message, timeout=LIMIT) == message, "bytes": len(message)}

    def many(self):
        calls = [self.method("unary_unary", "Unary").future(b"%d" % number, timeout=LIMIT) for number in range(300)]
        return {"right": sum(call.result() == b"%d" % number for number, call in enumerate(calls))}

    def fail(self):
        return self.failed(lambda: self.method("unary_unary", "Fail")(b"", timeout=LIMIT))

    def fail_late(self):
        replies = []
        call = self.method("unary_stream", "FailLate")(b"", timeout=LIMIT)
        return {"replies": replies, **self.failed(lambda: replies.extend(reply.decode() for reply in call))}

    def unknown(self):
        return self.failed(lambda: self.method("unary_unary", "Unknown")(b"", timeout=LIMIT))

    def deadline(self):
        # Connected before, so that the time is the call's own.
        self.unary()
        return self.failed(lambda: self.method("unary_unary", "Wait")(b"", timeout=6))

    def cancel(self):
        # As a stream, since the library shows the first metadata of a unary call only together with its reply.
        call = self.method("unary_stream", "Wait")(b"")
        first = shown(call.initial_metadata())
        call.cancel()
        return {"first": first, "code": call.code().name}

    def cancel_stream(self):
        words = queue.Queue()
        words.put(b"one")
        call = self.method("stream_stream", "WaitInStream")(iter(words.get, None))
        reply = next(call).decode()
        call.cancel()
        words.put(None)
        return {"reply": reply, "code": call.code().name}

    def plain(self):
        return self.failed(lambda: self.method("unary_unary", "Unary")(b"", timeout=LIMIT))

    @staticmethod
    def failed(action):
        try:
            action()
            return {"code": "OK"}
        except grpc.RpcError as error:
            return {"code": error.code().name, "details": error.details(), "last": shown(error.trailing_metadata())}


def call(address, scenario, roots):
    if roots:
        with open(roots[0], "rb") as file:
            channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()), UNLIMITED)
    else:
        channel = grpc.insecure_channel(address, UNLIMITED)
    with channel:
        say(json.dumps(getattr(Client(channel), scenario)(), ensure_ascii=False))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2:])
    else:
        call(sys.argv[2], sys.argv[3], sys.argv[4:])
