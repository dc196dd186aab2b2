"""Looks about from the inside, and says ``contained`` or what is wrong."""

import os

PATHS = ("/root", "/home", "/etc/passwd", "/var", "/sys", "/run", "/fork")
KEPT = ("/usr", "/proc/sys/kernel/core_pattern")
WANTED = {"CapEff": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2"}

status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines())
network = [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]
wrong = [
    *(f"{path} can be seen" for path in PATHS if os.path.exists(path)),
    *(f"{path} can be written" for path in KEPT if os.access(path, os.W_OK)),
    *(f"{key} is {status[key]}" for key, value in WANTED.items() if status[key] != value),
    *(f"it has network {name}" for name in network if name != "lo"),
    *(["it is root"] if 0 in (os.getuid(), os.geteuid(), os.getgid()) else []),
    *(["it is not alone"] if sum(name.isdigit() for name in os.listdir("/proc")) != 2 else []),
]
print("; ".join(wrong) or "contained")
