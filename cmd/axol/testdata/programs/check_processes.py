"""Children: fork, pipes, subprocess, pools of processes, shared memory, signals, exit statuses."""
import mmap
import multiprocessing as mp
import os
import signal
import subprocess as sp
import sys
import time

sys.stdout.reconfigure(line_buffering=True)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"%d" % (os.getppid() != 1))
    os._exit(7)
print(os.read(r, 10), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
for how in (lambda: os._exit(300), lambda: os.kill(os.getpid(), signal.SIGTERM), os.abort, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: sys.exit(4)):
    pid = os.fork()
    if pid == 0:
        how()
    print(os.waitid(os.P_PID, pid, os.WEXITED).si_status)

data = [bytearray(b"x" * 100) for _ in range(2000)]
m = mmap.mmap(-1, 4096)
pid = os.fork()
if pid == 0:
    data[5][0] = 1
    m[0:5] = b"child"
    os._exit(sum(d[0] for d in data) == 2000 * 120 - 119)
print(os.waitstatus_to_exitcode(os.wait()[1]), m[:5], data[5][0])

print(sp.run(["/bin/echo", "a b"], stdout=sp.PIPE).stdout, sp.call(["/bin/false"]), sp.run("exit 9", shell=True).returncode)
print(sp.check_output("echo $X | tr a-z A-Z; echo err >&2", shell=True, env={"X": "upper", "PATH": os.environ["PATH"]}, stderr=sp.STDOUT, cwd="/"))
p = sp.Popen(["cat"], stdin=sp.PIPE, stdout=sp.PIPE)
print(p.communicate(b"through a pipe"), p.returncode)
for bad in (["/nonexistent"], ["/etc"], ["./text"]):
    try:
        sp.run(bad)
    except OSError as e:
        print(type(e).__name__, e)
p = sp.Popen(["sleep", "100"])
p.send_signal(signal.SIGINT)
print(p.wait())
try:
    sp.run(["sleep", "100"], timeout=0.3)
except sp.TimeoutExpired:
    print("timed out")
print(os.popen("echo popen; exit 3").read(), os.system("kill -9 $$"), os.system("exit 5") >> 8)
print(os.spawnlp(os.P_WAIT, "sh", "sh", "-c", "exit 6"), os.posix_spawn("/bin/true", ["true"], {}) > 0, os.waitstatus_to_exitcode(os.wait()[1]))

got = []
signal.signal(signal.SIGCHLD, lambda s, f: got.append(s))
pid = os.fork()
if pid == 0:
    os._exit(0)
while not got:
    time.sleep(0.01)
print("SIGCHLD", len(got) > 0, os.waitpid(pid, 0)[1])
signal.signal(signal.SIGCHLD, signal.SIG_DFL)

with open("script", "w") as f:
    f.write("#!/bin/sh -e\necho script $0 $1\nfalse\necho not here\n")
os.chmod("script", 0o755)
print(sp.run(["./script", "arg"], stdout=sp.PIPE))

if __name__ == "__main__":
    with mp.Pool(2) as pool:
        print(pool.map(abs, range(-5, 5)))
    q = mp.Queue()
    ps = [mp.Process(target=q.put, args=(n * n,)) for n in range(3)]
    [p.start() for p in ps]
    print(sorted(q.get() for _ in ps), [p.join() or p.exitcode for p in ps])
    v = mp.Value("i", 0)

    def add():
        for _ in range(100):
            with v.get_lock():
                v.value += 1
    ps = [mp.Process(target=add) for _ in range(3)]
    [p.start() for p in ps]
    [p.join() for p in ps]
    print("value", v.value)
    sys.stdout.flush()
    os.execvp("sh", ["sh", "-c", "echo replaced; exit 12"])
