-- Sorts half a million integers, with and without a comparison function.
local function numbers(n)
  local t = {}
  for i = 1, n do t[i] = (i * 7919) % 1000003 end
  return t
end
local up = numbers(300000)
table.sort(up)
local down = numbers(200000)
table.sort(down, function(a, b) return a > b end)
print(up[1], up[#up // 2], down[1], down[#down // 2])
