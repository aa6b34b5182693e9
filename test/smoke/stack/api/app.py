import os
import socket
import threading
import time

from prometheus_client import Counter, start_http_server

REQUESTS = Counter("api_requests_total", "Requests that were served.")


def work() -> None:
    statsd = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        REQUESTS.inc()
        statsd.sendto(b"orders.queue.length:3|g", (os.environ["STATSD"], 9125))
        time.sleep(0.5)


start_http_server(8000)
threading.Thread(target=work).start()
