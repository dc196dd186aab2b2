"""Makes 200 threads with stacks of their own, small enough for 200 of them."""

import os
import sys
import threading

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

end = threading.Event()


def breed():
    """Starts threads that wait."""
    threading.stack_size(64 * 1024)
    for _ in range(200):
        threading.Thread(target=end.wait).start()


attempt("200 threads", breed)
end.set()
print("done")
