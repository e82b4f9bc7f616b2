-- Closures, coroutines, metatables, strings, goto, integers, garbage collection and errors.
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
print("fib", fib(22))

local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Point) end
Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Point.__tostring = function(p) return "(" .. p.x .. ", " .. p.y .. ")" end
Point.__lt = function(a, b) return a.x < b.x end
Point.__call = function(p, k) return p[k] end
local a, b = setmetatable({x = 1, y = 2}, Point), setmetatable({x = 3, y = 4.5}, Point)
print(tostring(a + b), a == b, a < b, a "y")

local gen = coroutine.wrap(function() for i = 1, 5 do coroutine.yield(i * i) end return "end" end)
for _ = 1, 6 do io.write(tostring(gen()), " ") end
print(pcall(gen))

local t = {}
for i = 1, 3000 do t[i] = (i * 7919) % 3001 end
table.sort(t, function(x, y) return x > y end)
print(t[1], t[1500], t[3000], #t, table.concat(t, ",", 1, 5), select("#", table.unpack(t, 1, 200)))

print(("%5.2f|%-6s|%x|%q|%g|%a"):format(3.14159, "ab", 255, "a\n\0b", 1e15, 0.5))
print(("key = value; k2=v2"):gsub("(%w+)%s*=%s*(%w+)", "%2:%1"))
for k, v in ("a=1, b=2, c=3"):gmatch("(%w)=(%d)") do io.write(k, v, ";") end
print(("hello"):rep(3, "-"), ("abc"):byte(1, -1), ("x"):len(), ("%bxy"):find("%", 1, true))
print(string.pack("<i4z", 100, "hi"):byte(1, -1), string.unpack(">I2", "\1\2"))
print(utf8.char(72, 228, 8364, 128512), utf8.len("häß€"), #"häß€")

do
  local i = 1
  ::top::
  if i <= 3 then io.write(i, " ") i = i + 1 goto top end
  print()
end

local weak = setmetatable({}, {__mode = "v"})
for i = 1, 100 do weak[i] = {} end
collectgarbage()
print("alive", #weak, next(weak))
do
  local closed = {}
  local c <close> = setmetatable({}, {__close = function() print("closed") end})
end

print(pcall(error, {code = 7}))
print(select(2, pcall(error, "message", 0)), select(2, pcall(function() local x = nil; return x.y end)))
print(xpcall(function() error("deep") end, function(m) return "handled: " .. m end))
print(pcall(setmetatable, 1, {}))
print(math.type(1), math.type(1.0), 7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 1 << 62, ~0, 5 // 0.0, pcall(function() return 5 // 0 end))
os.exit(3)
