"""Files, folders, time, sockets, mappings, and what /proc says."""
import ctypes
import mmap
import os
import select
import shutil
import socket
import stat
import sys
import tempfile
import time

os.makedirs("d/e")
shutil.copy("text", "d/e")
print(sorted((p, sorted(ds), sorted(fs)) for p, ds, fs in os.walk("d")), os.stat("d/e/text").st_size, stat.filemode(os.stat("d").st_mode))
os.rename("d/e/text", "d/f")
print(os.listdir("d"), os.path.realpath("d/../d") == os.getcwd() + "/d", [e.name for e in os.scandir("d/e")])
with tempfile.TemporaryFile(dir=".") as f:
    f.write(b"x" * 10000)
    f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        m[5:8] = b"abc"
        print(m.find(b"bc"), len(m), m[:10])
    os.pwrite(f.fileno(), b"zz", 9999)
    print(os.fstat(f.fileno()).st_size, os.lseek(f.fileno(), 0, os.SEEK_END), os.pread(f.fileno(), 3, 4))
m = mmap.mmap(-1, 1 << 20)
m[-1] = 7
m.resize(2 << 20) if hasattr(m, "resize") else None
print(len(m), m[(1 << 20) - 1])
a, b = socket.socketpair()
a.sendall(b"hello")
print(select.select([b], [], [], 1)[0] == [b], b.recv(10), b.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
s = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(s.getsockname())
d, peer = s.accept()
d.sendmsg([b"ab", b"cd"])
print(c.recv(10), peer == c.getsockname(), socket.inet_aton("1.2.3.4"))
p = select.epoll()
p.register(c, select.EPOLLIN)
print(p.poll(0.01))
d.send(b"x")
print([(fd == c.fileno(), ev) for fd, ev in p.poll(1)])
r, w = os.pipe()
os.write(w, b"pipe")
os.close(w)
print(os.read(r, 100), os.read(r, 100))
try:
    os.write(r, b"x")
except OSError as e:
    print(e)
libc = ctypes.CDLL(None)
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))(lambda x, y: x[0] - y[0])
xs = (ctypes.c_int * 8)(5, 3, 9, -1, 7, 0, 2, 2)
libc.qsort(xs, 8, 4, compare)
print(list(xs), libc.abs(-5), ctypes.sizeof(ctypes.c_long), ctypes.string_at(b"abc"))
print(time.strftime("%Y-%m-%d %H:%M:%S %Z", time.gmtime(1700000000)), time.monotonic() < time.monotonic() + 1, time.process_time() > 0, time.thread_time() >= 0)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["Pid"]) == os.getpid(), int(status["PPid"]) == os.getppid(), int(status["Uid"].split()[1]) == os.geteuid())
words = open("/proc/self/stat").read().rsplit(")", 1)
print(words[0].split(" (")[0] == str(os.getpid()), len(words[1].split()) > 40)
print(os.readlink("/proc/self/exe").endswith("/usr/bin/python3.11"), open("/proc/self/cmdline", "rb").read().split(b"\0")[-2].endswith(b"system.py"))
maps = open("/proc/self/maps").read()
print(all(len(line.split()) >= 5 for line in maps.splitlines()), "[stack]" in maps, "python3.11" in maps, "libc.so.6" in maps)
print(sys.getfilesystemencoding(), os.sysconf("SC_PAGESIZE"), os.cpu_count() > 0, len(os.sched_getaffinity(0)) > 0, os.uname().machine, len(os.urandom(16)), os.getenv("TZ"))
