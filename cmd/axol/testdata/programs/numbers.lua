-- Floating point, conversions, and the functions of the C library behind them.
local s, p = 0.0, 1.0
for i = 1, 200000 do s = s + 1 / i; p = p * (1 + 1 / (i * i)) end
print(string.format("%.17g %.17g", s, p))
for _, x in ipairs {0.1, 1 / 3, 1e-310, 2^53, -0.0, 1e300 * 1e10, 123456789.123, 5e-324} do
  print(x, string.format("%.17g %a %e", x, x, x), math.floor(math.max(math.min(x, 1e15), -1e15)))
end
for _, f in ipairs {"sin", "cos", "tan", "asin", "acos", "atan", "exp", "sqrt"} do
  local sum = 0.0
  for i = -50, 50 do
    local y = math[f](i / 51)
    if y == y then sum = sum + y end
  end
  print(f, string.format("%.14g", sum))
end
print(math.log(10, 2), math.log(1000, 10), math.fmod(-7, 3), math.fmod(7, -3.5), math.tointeger(3.0), math.ult(1, -1))
print(tonumber("0x1p-3"), tonumber("  12  "), tonumber("1e"), tonumber("zz", 36), tonumber("8", 8), 0x7fffffffffffffff + 1)
print(2^31 | 0, pcall(function() return 2^64 | 0 end), "10" + 5, "0x10" * 2, 10 .. 20)
print(math.maxinteger // -1, math.mininteger // -1, pcall(function() return math.mininteger % 0 end))
local n = 60
local m = {}
for i = 1, n do m[i] = {} for j = 1, n do m[i][j] = 1 / (i + j - 1) end end
local r = {}
for i = 1, n do
  r[i] = {}
  for j = 1, n do
    local x = 0.0
    for k = 1, n do x = x + m[i][k] * m[k][j] end
    r[i][j] = x
  end
end
print(string.format("%.17g %.17g", r[1][1], r[n][n]))
