"""One run: its first process, which builds the sandbox, waits, and tells how the program ended."""

import fcntl
import json
import os
import select
import signal
import socket
import struct

from p38_forking import kernel, program, root

ID = 1000
STATUS, JOB = 3, 4
JOB_BYTES = 64 * 1024
JOB_DESCRIPTORS = 253

_RECEIVE, _ANSWER = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV and _SEND
_NOTIFICATION = "=QIIi"  # the beginning of struct seccomp_notif: id, process, flags, call
_NOTIFICATION_BYTES = 80
_NOT_PERMITTED = 1
_MOST_REFUSED = 32


def live(descriptors: list[int], wait: int, image: dict, filters: dict) -> None:
    """Be the first process of a run, from its first moment to its last. Does not return.

    Args:
        descriptors: Where it is told its job, where it tells its status, and how it joins its cgroups.
        wait: Where a byte comes when it is somebody in its namespace.
        image: What ``image.json`` holds.
        filters: The filters of this process and of the program's.
    """
    try:
        job, status, *cgroups = descriptors
        for cgroup in cgroups:
            os.write(cgroup, b"0")
        if os.read(wait, 1):
            _keep(status, job)
            _live(image, filters)
    except BaseException as error:
        _say(f"failed {type(error).__name__}: {error}")
    finally:
        os._exit(1)


def _keep(status: int, job: int) -> None:
    """Close every descriptor of the server's, and give the two that are left their places."""
    status, job = (fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 64) for one in (status, job))
    os.closerange(0, 64)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(null, number)
    os.dup2(status, STATUS, inheritable=False)
    os.dup2(job, JOB, inheritable=False)
    os.closerange(JOB + 1, 1024)


def _live(image: dict, filters: dict) -> None:
    os.setsid()
    os.setresgid(ID, ID, ID)
    os.setresuid(ID, ID, ID)
    kernel.hide_memory()
    socket.sethostname("sandbox")
    root.build(image["mounts"], image["scratch"])
    kernel.drop_bounding_set()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    number = os.fork()
    if number == 0:
        ours.close()
        program.live(theirs, filters["program"])
    theirs.close()
    _, listeners, _, _ = socket.recv_fds(ours, 1, 1)
    _say("waiting")

    with socket.socket(fileno=JOB) as job:
        said, descriptors, _, _ = socket.recv_fds(job, JOB_BYTES, JOB_DESCRIPTORS)
    if not said:
        return  # the platform is gone, or has no use for it
    streams, contents = descriptors[:3], descriptors[3:]
    for path, content in zip(json.loads(said)["files"], contents, strict=True):
        root.put(path, content)
    root.seal()
    kernel.drop_capabilities()
    filters["first"].set(listening=False)
    socket.send_fds(ours, [said], streams)
    ours.close()
    for descriptor in descriptors:
        os.close(descriptor)
    _watch(number, listeners[0], image["errors"])


def _watch(program_number: int, listener: int, errors: dict) -> None:
    """Reap what is left of the run, answer for what it may not do, and tell how the program ended."""
    ended, wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    reading = select.poll()
    reading.register(ended, select.POLLIN)
    reading.register(listener, select.POLLIN)
    refused = set()
    while True:
        while (dead := os.waitpid(-1, os.WNOHANG))[0]:
            if dead[0] == program_number:
                code = os.waitstatus_to_exitcode(dead[1])
                _say(f"signalled {-code}" if code < 0 else f"exited {code}")
                os._exit(0)
        for descriptor, _ in reading.poll():
            if descriptor == ended:
                os.read(ended, 4096)
            else:
                _refuse(listener, refused, errors)


def _refuse(listener: int, refused: set[int], errors: dict) -> None:
    """Refuse a call of the kernel, and name it once."""
    asked = bytearray(_NOTIFICATION_BYTES)
    try:
        fcntl.ioctl(listener, _RECEIVE, asked)
        number, _, _, call = struct.unpack_from(_NOTIFICATION, asked)
        if call not in refused and len(refused) < _MOST_REFUSED:
            refused.add(call)
            _say(f"refused {call}")
        error = errors.get(str(call), _NOT_PERMITTED)
        fcntl.ioctl(listener, _ANSWER, struct.pack("=QqiI", number, 0, -error, 0))
    except FileNotFoundError:
        pass  # whoever asked is gone


def _say(text: str) -> None:
    os.write(STATUS, f"{text}\n".encode())
