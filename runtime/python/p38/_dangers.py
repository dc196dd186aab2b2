"""What of Python's own library an agent has no business with, by full name.

The wall is the sandbox, which gives none of these anything to work with. What stands here is early
advice: a program that uses them will fail in its run, or was written by somebody who does not mean
well.
"""

from __future__ import annotations


def _named(rule: str, module: str, names: str) -> dict[str, str]:
    return {f"{module}.{name}": rule for name in names.split()}


WHOLE = {
    **dict.fromkeys(("code", "codeop", "runpy", "imp", "importlib", "zipimport"), "dynamic-code"),
    **dict.fromkeys(("rlcompleter", "_xxsubinterpreters", "_interpreters"), "dynamic-code"),
    **dict.fromkeys(("pdb", "bdb", "doctest", "timeit", "cProfile", "profile"), "dynamic-code"),
    **dict.fromkeys(("subprocess", "_posixsubprocess", "multiprocessing", "pty"), "process"),
    **dict.fromkeys(("_multiprocessing", "concurrent.futures.process", "webbrowser"), "process"),
    **dict.fromkeys(("asyncio.subprocess", "ensurepip", "venv", "antigravity"), "process"),
    **dict.fromkeys(("pipes", "_bootsubprocess", "_osx_support"), "process"),
    **dict.fromkeys(("pickle", "_pickle", "cPickle", "marshal", "shelve", "dbm"), "unpickling"),
    **dict.fromkeys(("_dbm", "_gdbm", "copyreg", "dill", "cloudpickle"), "unpickling"),
    **dict.fromkeys(("ctypes", "_ctypes", "cffi", "_imp", "_testcapi"), "native-code"),
    **dict.fromkeys(("socket", "_socket", "ssl", "_ssl", "socketserver"), "own-network"),
    **dict.fromkeys(("http.client", "http.server", "urllib.request", "xmlrpc"), "own-network"),
    **dict.fromkeys(("ftplib", "smtplib", "smtpd", "poplib", "imaplib"), "own-network"),
    **dict.fromkeys(("nntplib", "telnetlib", "asyncore", "asynchat"), "own-network"),
    **dict.fromkeys(("wsgiref.simple_server", "xmlrpc.client", "xmlrpc.server"), "own-network"),
    **dict.fromkeys(("signal", "_signal", "faulthandler"), "signals"),
    "gc": "reflection",
    "atexit": "exit-handler",
}
"""Modules of which everything counts that is not a constant, an error or in HARMLESS."""

HARMLESS = {
    *("importlib.metadata", "importlib.resources", "importlib.abc"),
    *("subprocess.list2cmdline", "subprocess.CompletedProcess"),
    *("multiprocessing.cpu_count", "socket.timeout", "socket.gaierror", "socket.herror"),
    *("socket.error", "socket.gethostname", "socket.inet_aton", "socket.inet_pton"),
    *("socket.inet_ntoa", "socket.inet_ntop", "http.client.responses", "signal.Signals"),
    *("signal.strsignal", "signal.Handlers", "urllib.request.quote", "urllib.request.unquote"),
    *("urllib.request.pathname2url", "urllib.request.url2pathname"),
    *("gc.collect", "gc.enable", "gc.disable", "gc.isenabled", "gc.freeze"),
}

_PROCESS = (
    "system popen fork forkpty startfile posix_spawn posix_spawnp execl execle execlp execlpe "
    "execv execve execvp execvpe spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe"
)
_LOOP_NETWORK = (
    "create_connection create_server create_datagram_endpoint create_unix_connection "
    "create_unix_server connect_accepted_socket sock_connect sock_accept sock_recv sock_sendall "
    "start_tls getaddrinfo getnameinfo"
)

NAMED = {
    **_named("dynamic-code", "builtins", "eval exec compile __import__ breakpoint"),
    **_named("dynamic-code", "types", "FunctionType LambdaType CodeType"),
    **_named("dynamic-code", "pkgutil", "resolve_name get_loader find_loader get_importer"),
    **_named("dynamic-code", "pydoc", "locate resolve safeimport importfile"),
    **_named("dynamic-code", "site", "addsitedir addpackage main execsitecustomize"),
    **_named("dynamic-code", "logging.config", "fileConfig"),
    **_named("dynamic-code", "unittest", "main"),
    **_named("dynamic-code", "trace", "Trace"),
    **_named("dynamic-code", "typing", "ForwardRef"),
    **_named("dynamic-code", "sys", "meta_path path_hooks path_importer_cache"),
    **_named("process", "os", _PROCESS),
    **_named("process", "asyncio", "create_subprocess_exec create_subprocess_shell"),
    **_named("process", "asyncio.loop", "subprocess_exec subprocess_shell"),
    **_named("process", "concurrent.futures", "ProcessPoolExecutor"),
    **_named("process", "distutils.spawn", "spawn"),
    **_named("process", "pydoc", "pager pipepager tempfilepager"),
    **_named("unpickling", "tracemalloc.Snapshot", "load"),
    **_named("descriptor", "os", "closerange"),
    **_named("native-code", "sys", "setdlopenflags"),
    **_named("own-network", "asyncio", "open_connection start_server"),
    **_named("own-network", "asyncio", "open_unix_connection start_unix_server"),
    **_named("own-network", "asyncio.loop", _LOOP_NETWORK),
    **_named("own-network", "logging.config", "listen"),
    **_named("own-network", "logging.handlers", "SocketHandler DatagramHandler SysLogHandler"),
    **_named("own-network", "logging.handlers", "SMTPHandler HTTPHandler"),
    **_named("own-network", "urllib.robotparser", "RobotFileParser().read"),
    **_named("environment", "os", "environ environb getenv getenvb putenv unsetenv"),
    **_named("environment", "os.path", "expandvars"),
    **_named("signals", "os", "kill killpg pidfd_open"),
    **_named("signals", "_thread", "interrupt_main"),
    **_named("signals", "asyncio.loop", "add_signal_handler"),
    **_named("reflection", "builtins", "globals"),
    **_named("reflection", "sys", "modules _getframe _current_frames _current_exceptions"),
    **_named("reflection", "sys", "settrace setprofile addaudithook call_tracing"),
    **_named("reflection", "threading", "settrace setprofile"),
    **_named("reflection", "inspect", "currentframe stack trace getouterframes getinnerframes"),
    **_named("reflection", "inspect", "getclosurevars"),
}

ATTRIBUTES = {
    **dict.fromkeys(
        "__subclasses__ __bases__ __base__ __mro__ __globals__ __code__ __closure__ __builtins__ "
        "__self__ __loader__ __spec__ f_globals f_locals f_builtins f_back f_code gi_frame "
        "cr_frame ag_frame tb_frame gi_code cr_code ag_code func_globals".split(),
        "reflection",
    ),
    **dict.fromkeys(("subprocess_exec", "subprocess_shell"), "process"),
    **dict.fromkeys(("__import__", "load_module", "exec_module"), "dynamic-code"),
    **dict.fromkeys(("__reduce__", "__reduce_ex__"), "unpickling"),
    **dict.fromkeys(("enable_load_extension", "load_extension"), "native-code"),
    "add_signal_handler": "signals",
}
"""Attributes that count on whatever they are looked up, unless the program defines them itself."""

HIDDEN = {name for name in ATTRIBUTES if name.startswith("__") or "_" in name[:3]}
"""Those that count even where the program defines them, and in the text of a format."""

BLOCKING = {
    "time.sleep": "Write await asyncio.sleep(…).",
    "builtins.input": "Nobody is there to answer: read it from config.",
    "getpass.getpass": "Nobody is there to answer: read it from config.",
    "select.select": "Await what is waited for.",
    "asyncio.run": "Write await before the coroutine instead.",
    "asyncio.loop.run_until_complete": "Write await before the coroutine instead.",
    "asyncio.loop.run_forever": "Await what is waited for.",
    "os.wait": "An agent has no other processes.",
    "os.waitpid": "An agent has no other processes.",
}
"""Calls that stop a coroutine's whole event loop, and what to do instead."""

OPENERS = {
    *("builtins.open", "io.open", "io.open_code", "io.FileIO", "codecs.open", "tokenize.open"),
    *("os.open", "os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.readlink", "os.stat"),
    *("os.lstat", "os.access", "os.chdir", "os.link", "os.symlink", "os.path.exists"),
    *("os.path.isfile", "os.path.isdir", "os.path.getsize", "os.path.realpath", "os.path.join"),
    *("pathlib.Path", "pathlib.PosixPath", "glob.glob", "glob.iglob", "fileinput.input"),
    *("linecache.getline", "linecache.getlines", "linecache.updatecache", "shutil.copy"),
    *("shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move", "numpy.fromfile"),
    *("gzip.open", "gzip.GzipFile", "bz2.open", "bz2.BZ2File", "lzma.open", "lzma.LZMAFile"),
    *("zipfile.ZipFile", "tarfile.open", "tarfile.TarFile.open", "sqlite3.connect"),
    *("fileinput.FileInput", "logging.FileHandler", "netrc.netrc", "mailbox.mbox", "wave.open"),
    *("xml.etree.ElementTree.parse", "xml.etree.ElementTree.iterparse", "xml.sax.parse"),
    *("xml.dom.minidom.parse", "xml.dom.pulldom.parse", "filecmp.cmp", "glob.glob1"),
    *("os.remove", "os.truncate", "os.getxattr", "os.path.samefile", "os.path.islink"),
    *("configparser.ConfigParser().read", "configparser.RawConfigParser().read"),
    *("xml.sax.make_parser().parse", "xml.sax.xmlreader.InputSource"),
}
"""What opens the file it is given."""

FETCHERS = {"xml.sax.parse", "xml.sax.make_parser().parse", "xml.sax.xmlreader.InputSource"}
"""Those of OPENERS that fetch what they are given the address of."""

BY_NUMBER = {
    *("builtins.open", "io.open", "io.FileIO", "os.fdopen", "os.read", "os.write", "os.pread"),
    *("os.pwrite", "os.readv", "os.writev", "os.dup", "os.dup2", "os.close", "os.sendfile"),
    *("os.lseek", "os.ftruncate", "os.fstat", "os.set_inheritable", "os.copy_file_range"),
}
"""What takes an open file by its number."""

OBJECTS = {
    *("urllib.robotparser.RobotFileParser", "xml.sax.make_parser"),
    *("configparser.ConfigParser", "configparser.RawConfigParser"),
}
"""What makes an object of which a method counts."""

SENSITIVE = {"builtins", "os", "sys", *WHOLE}
"""Modules that are a finding when the program hands them on to where it cannot be followed."""

SAME = {
    **{"posix": "os", "nt": "os", "posixpath": "os.path", "genericpath": "os.path", "_io": "io"},
    **{"_pyio": "io", "_operator": "operator", "_functools": "functools", "_codecs": "codecs"},
    **{"_asyncio": "asyncio", "_frozen_importlib": "importlib", "_sqlite3": "sqlite3"},
    **{"_frozen_importlib_external": "importlib"},
}
"""Modules that stand for another one."""
# Modules import each other, and so hold each other: shutil.os, random._os, json.codecs.builtins.
HELD = {"builtins", "os", "sys", "io", "posix", "types", "inspect", "asyncio", *WHOLE} - {
    *("code", "profile", "signal", "types"),  # words that say something else on an object
}
"""Modules that are followed when they are reached through another."""

REASONS = {
    "dynamic-code": (
        "{what} runs or loads code that is not in the program, so nobody can check it. "
        "Write the code itself; for data there are json.loads and ast.literal_eval."
    ),
    "process": (
        "{what} starts another program; an agent is one process, and the sandbox has no programs. "
        "Do it in Python, or with tools."
    ),
    "unpickling": (
        "{what} is of a format that can run code when it is read. "
        "Use json, or keep small values in handoff.state."
    ),
    "native-code": (
        "{what} leaves Python for native code, which nobody can check. Use Python alone."
    ),
    "own-network": (
        "{what} uses the network, and an agent has none of its own. Use tools.http, which the "
        "manifest names and the platform grants."
    ),
    "environment": (
        "{what} uses the environment, which is empty in a run. "
        "Read the value from config in __init__."
    ),
    "exit-handler": (
        "{what} is for the end of a process, and a run is ended before that. "
        "Write what is to be done at the end in cleanup."
    ),
    "descriptor": (
        "{what} uses an open file by its number, and the program has not opened it. "
        "Open files by their names, or use tools.filesystem."
    ),
    "proc-files": (
        "{what} is the kernel's, and no agent's. Files of an agent are in its workspace: "
        "use tools.filesystem."
    ),
    "signals": (
        "{what} interrupts or ends processes, which is the platform's to do. Return from execute, "
        "or raise an exception; a limit of time is config.timeout."
    ),
    "reflection": (
        "{what} reaches into the interpreter behind the program, where nothing can be checked. "
        "Name what you need directly."
    ),
}


def canonical(path: str) -> str:
    """Give a module its own name where it is reached through another, as in ``shutil.os``."""
    head, _, last = path.rpartition(".")
    if head and head not in WHOLE and path not in WHOLE and not head.startswith("p38"):
        bare = last.lstrip("_")
        path = last if last in HELD else bare if bare in HELD else path
    top, dot, rest = path.partition(".")
    return f"{SAME[top]}{dot}{rest}" if top in SAME else path


def rule_of(path: str) -> str | None:
    """Say which rule a thing breaks; None when it is harmless or a whole module as such."""
    if path in NAMED:
        return NAMED[path]
    head, _, last = path.rpartition(".")
    while head:
        if head in WHOLE:
            full = f"{head}.{last}"
            if full in WHOLE or full in HARMLESS or is_harmless_name(last):
                return None
            return WHOLE[head]
        if head in NAMED:
            return None  # os.environ.get: said at os.environ
        head, _, last = head.rpartition(".")
    return None


_SHOUTED = {
    *("CDLL", "FTP", "FTP_TLS", "IMAP4", "IMAP4_SSL", "LMTP", "NNTP", "NNTP_SSL", "POP3"),
    *("POP3_SSL", "SMTP", "SMTP_SSL"),
}


def is_harmless_name(name: str) -> bool:
    """Whether it reads as a constant or an error."""
    if name in _SHOUTED:
        return False
    return name.isupper() or name.endswith(("Error", "Exception", "Expired", "Warning"))


def message(rule: str, what: str) -> str:
    """Say what is wrong with something, why, and what to do."""
    return REASONS[rule].format(what=what)
