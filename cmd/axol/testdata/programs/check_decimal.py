"""Decimal and rational arithmetic, and long integers."""
from decimal import (ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, getcontext, localcontext)
from fractions import Fraction
from math import comb, factorial, gcd, isqrt

getcontext().prec = 120
print(Decimal(2).sqrt(), Decimal(1).exp(), Decimal(10).ln(), Decimal(7) ** Decimal("0.3"))
x = Decimal(0)
for k in range(60):
    x += (Decimal(4) / (8 * k + 1) - Decimal(2) / (8 * k + 4) - Decimal(1) / (8 * k + 5) - Decimal(1) / (8 * k + 6)) / Decimal(16) ** k
print(x)
with localcontext(Context(prec=9, rounding=ROUND_CEILING, traps=[])) as c:
    print(Decimal(1) / 3, Decimal("1E-999999") / 7, sorted(str(k) for k, v in c.flags.items() if v))
for f in (lambda: Decimal(1) / 0, lambda: Decimal("abc"), lambda: Decimal(0) / 0):
    try:
        print(f())
    except (DivisionByZero, InvalidOperation) as e:
        print(type(e).__name__, e)
print(Decimal("1.005").quantize(Decimal("0.01"), ROUND_HALF_EVEN), format(Decimal("1234567.891"), ",.1f"), Decimal(0.1))
print(sum(Fraction(1, n) for n in range(1, 60)), Fraction(3.14159).limit_denominator(1000))
print(factorial(300), comb(200, 77), gcd(2**200 - 1, 2**120 - 1), isqrt(10**61), pow(3, 10**20, 10**30 + 57))
print(hex(3**500), int("z" * 50, 36), -7**77 // 10**20, divmod(-10**40, 7**19), (1 << 500) >> 37, ~(1 << 70) & 0xFFFF)
