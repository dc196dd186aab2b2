"""Makes a system call of another architecture, whose numbers are others: `getpid` is 20 there."""

import ctypes
import mmap
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt

# mov eax, 20; int 0x80; ret
code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(b"\xb8\x14\0\0\0\xcd\x80\xc3")
function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
attempt("int 0x80", lambda: function() == os.getpid())
print("done")
