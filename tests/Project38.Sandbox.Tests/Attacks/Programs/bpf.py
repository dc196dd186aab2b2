"""Loads programs into the kernel."""

import ctypes
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(__file__))
from attempts import attempt, syscall

CREATE_MAP, LOAD_PROGRAM, ARRAY, SOCKET_FILTER = 0, 5, 2, 1

# r0 = 0; exit
instructions = struct.pack("=BBhiBBhi", 0xB7, 0, 0, 0, 0x95, 0, 0, 0)
code, licence = ctypes.create_string_buffer(instructions), ctypes.create_string_buffer(b"GPL")
program = struct.pack(
    "=IIQQIIQII", SOCKET_FILTER, 2, ctypes.addressof(code), ctypes.addressof(licence), 0, 0, 0, 0, 0
)
array = struct.pack("=IIIII", ARRAY, 4, 4, 1, 0)

attempt("map", syscall, "bpf", CREATE_MAP, array, len(array))
attempt("program", syscall, "bpf", LOAD_PROGRAM, program, len(program))
print("done")
