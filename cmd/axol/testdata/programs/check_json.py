"""Reading and writing JSON: nested values, numbers, escapes, errors."""
import io
import json

data = {"list": [i * 1.1 for i in range(300)], "nested": {"a": [None, True, False, {"b": "\u20ac\U0001f600\n\"\\"}]}, "big": 2**70, "neg": -0.0}
text = json.dumps(data, indent=1, sort_keys=True)
print(text)
assert json.loads(text) == data
print(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
for bad in ['{"a":}', "[1,", '"\x01"', "nul", '{"a" 1}', "", "[1] 2", '"\\u12"']:
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(repr(bad), e)
print(json.loads('[1e400, -1e-400, NaN, 1E5, 123456789012345678901234567890, 0.1]'))
out = io.StringIO()
json.dump([{"k": i, "v": str(i) * 3} for i in range(2000)], out)
rows = json.loads(out.getvalue(), parse_int=lambda s: int(s) + 1)
print(len(rows), rows[-1], sum(r["k"] for r in rows))
try:
    loop = []
    loop.append(loop)
    json.dumps(loop)
except ValueError as e:
    print(e)
