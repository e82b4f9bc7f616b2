"""Exceptions, generators, classes, recursion, garbage, and an error at the end."""
import asyncio
import contextlib
import dataclasses
import functools
import gc
import itertools
import sys
import traceback
import weakref


def deep(n):
    return n if n == 0 else deep(n - 1) + 1


try:
    print(deep(900))
    deep(10**6)
except RecursionError as e:
    print(type(e), e)
for f in (lambda: [][1], lambda: {}["k"], lambda: int("x"), lambda: "a" + 1, lambda: None.x, lambda: open("/nonexistent"),
          lambda: b"\xff".decode(), lambda: 1 << -1, lambda: 2.0**10000, lambda: bytes(-1), lambda: [0] * 2**62):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)


@contextlib.contextmanager
def manager():
    try:
        yield 1
    except KeyError as e:
        raise ValueError("converted") from e
    finally:
        print("finally")


try:
    with manager():
        raise KeyError("inner")
except ValueError as e:
    print(repr(e), repr(e.__cause__))
try:
    raise ExceptionGroup("group", [ValueError(1), TypeError(2)])
except* ValueError as g:
    print("values", g.exceptions)
except* TypeError as g:
    print("types", g.exceptions)


@dataclasses.dataclass(order=True, frozen=True)
class Item:
    name: str
    size: int = 3


print(sorted([Item("b"), Item("a", 9), Item("a")]), functools.reduce(lambda a, b: a * b, range(1, 30)))
print(list(itertools.islice(itertools.permutations("abcd", 3), 5)), [*itertools.accumulate(range(10))])


async def main():
    async def one(n):
        await asyncio.sleep(0.001 * (5 - n))
        return n * n
    return await asyncio.gather(*(one(n) for n in range(5)))


print(asyncio.run(main()))


class Node:
    pass


a = Node()
a.self = a
w = weakref.ref(a)
del a
gc.collect()
print(w(), f"{sys.getrefcount(None) > 1} {1234567.891:,.2f} {'é':>5} {255:#x} {3.0!r}")
try:
    raise OSError(2, "text", "file")
except OSError:
    traceback.print_exc(file=sys.stdout)
raise RuntimeError("the end")
