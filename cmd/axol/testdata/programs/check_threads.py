"""Threads: locks, conditions, queues, pools, timers, thread-local data, daemons, and what a signal does to them."""
import concurrent.futures
import os
import queue
import signal
import sys
import threading
import time

sys.setswitchinterval(1e-4)
count, lock = 0, threading.Lock()


def add(n):
    global count
    for _ in range(n):
        with lock:
            count += 1


ts = [threading.Thread(target=add, args=(2000,)) for _ in range(6)]
[t.start() for t in ts]
[t.join() for t in ts]
print("count", count)

q, results = queue.Queue(5), []


def worker():
    while (item := q.get()) is not None:
        results.append(item * item)
        q.task_done()


ws = [threading.Thread(target=worker) for _ in range(3)]
[w.start() for w in ws]
[q.put(i) for i in range(200)]
q.join()
[q.put(None) for _ in ws]
[w.join() for w in ws]
print("queue", sum(results), len(results))

with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print("pool", list(pool.map(lambda n: sum(range(n)), range(0, 2000, 199))))
    f = pool.submit(lambda: 1 / 0)
    print("exception", repr(f.exception()))

barrier, local, seen = threading.Barrier(3), threading.local(), []


def meet(n):
    local.n = n
    barrier.wait()
    seen.append(local.n)


ts = [threading.Thread(target=meet, args=(n,)) for n in range(3)]
[t.start() for t in ts]
[t.join() for t in ts]
print("barrier", sorted(seen), hasattr(local, "n"))

event = threading.Event()
threading.Timer(0.02, event.set).start()
print("timer", event.wait(10), event.wait(0))
print("timeout", threading.Semaphore(0).acquire(timeout=0.01), threading.Condition().acquire())

got = []
signal.signal(signal.SIGALRM, lambda s, f: got.append(s))
signal.setitimer(signal.ITIMER_REAL, 0.02)
while not got:
    time.sleep(0.005)
print("signal", got, threading.active_count())
signal.signal(signal.SIGUSR1, lambda s, f: got.append(s))
os.kill(os.getpid(), signal.SIGUSR1)
print("signal", got, signal.sigwait.__name__)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
print("pending", signal.sigpending() == {signal.SIGUSR2}, signal.sigwait([signal.SIGUSR2]) == signal.SIGUSR2)
threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
threading.stack_size(256 * 1024)
t = threading.Thread(target=lambda: sys.exit(5))
t.start()
t.join()
sys.exit(11)
