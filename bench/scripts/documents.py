"""Writes and reads JSON: strings, dictionaries, numbers."""
import json

document = [
    {"id": i, "name": "item %d" % (i * 7919 % 1000003), "price": i * 0.37, "tags": ["a", "b\n", "\u00e9"], "none": None, "on": i % 3 == 0}
    for i in range(2000)
]
total = 0
for _ in range(25):
    text = json.dumps(document, sort_keys=True)
    again = json.loads(text)
    total += len(text) + sum(len(d["name"]) for d in again)
assert again == document
print(total, text[:200])
