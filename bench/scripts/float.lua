-- Floating point, one operation at a time.
local s, x = 0.0, 1.0
for i = 1, 20000000 do
  s = s + x * 0.5 / (i + 1)
  x = x * 0.9999999 + 0.25
end
print(string.format("%.17g %.17g", s, x))
