"""Makes links that lead to the host, for itself or for whoever looks at its files later."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, has_secret, host


def through(make, target):
    """Reads the secret through a link that was just made."""
    if os.path.lexists("link"):
        os.remove("link")
    make(target, "link")
    return has_secret("link")


attempt("symbolic link", through, os.symlink, host["secret"])
attempt("symbolic link through /proc", through, os.symlink, f"/proc/self/root{host['secret']}")
attempt("symbolic link upwards", through, os.symlink, f"{'../' * 64}{host['secret']}")
attempt("hard link", through, os.link, host["secret"])
print("done")
