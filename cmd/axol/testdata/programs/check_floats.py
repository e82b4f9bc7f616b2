"""Representation of floating-point numbers, and the mathematical library."""
import cmath
import math
import statistics
import struct
import sys

x = 0.1
for _ in range(200):
    x = math.fmod(x * 1664525.7 + 1013904223.3, 2**40)
    y = struct.unpack("<d", struct.pack("<Q", int(x * 2**23) & 0x7FEF_FFFF_FFFF_FFFF))[0]
    print(repr(x), repr(y), y.hex(), f"{x:.3e} {x:.0f} {x:g} {x:.17g}", float(repr(y)) == y)
names = "sin cos tan asin acos atan sinh cosh tanh asinh atanh exp expm1 log1p sqrt cbrt erf erfc gamma lgamma floor degrees".split()
for n in names:
    out = []
    for k in range(-9, 10):
        try:
            out.append(repr(getattr(math, n)(k / 9.5)))
        except (ValueError, OverflowError) as e:
            out.append(str(e))
    print(n, *out)
print(math.log(10**400), math.log2(2**1000), math.hypot(3e200, 4e200), math.dist((1, 2, 3), (4, 6, 3)), math.fsum([0.1] * 10), math.nextafter(1, 2), math.ulp(1e100), math.remainder(7.5, 2), math.frexp(1e-310), math.ldexp(0.7, -1070), math.modf(-3.75))
print(cmath.sqrt(-2 + 0.1j), cmath.exp(1j * math.pi), cmath.log(-1), (1 + 2j) ** (0.5 - 1j), abs(3 - 4j))
print(round(2.675, 2), round(0.5), round(1.5), round(-2.5), int(-3.9), 7 // -2.0, -7 % 2.5, divmod(7.5, -2), 1e16 + 1, 0.1 + 0.2, 1e308 * 10, -1e308 * 10, float("nan"), (1e308 * 10) * 0)
print(sys.float_info, [float(s) for s in ("1e-320", "0x1p3" [:1], "1_000.5", "  -inf ", "4.9406564584124654e-324", "179769313486231580793e289")])
print(struct.pack("<efd", 1.5, 0.1, 1e300).hex(), struct.unpack("<e", b"\x01\x00"), statistics.stdev([1.5, 2.5, 4.0, 9.25]), (0.1).as_integer_ratio())
