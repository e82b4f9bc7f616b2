"""Regular expressions over some text."""
import re
import string

text = open("text").read()
print(len(re.findall(r"\b\w+ß\w*\b", text)), len(re.findall(r"(?i)(axol|probe) (?=the)", text)))
print(re.sub(r"(\w+) (\w+)", r"\2 \1", text)[:300])
print(re.split(r"[\s\d]+", text)[:40])
for m in list(re.finditer(r"(?P<first>\w)(?P<rest>\w*) (?P=first)\w+", text))[:20]:
    print(m.span(), m.group("first", "rest"), m[0])
print(re.fullmatch(r"(a|b)*?c{2,3}", "ababccc"), re.match(r"(?<!x)y", "y"), re.search(r"(?s)a.b", "a\nb"))
print(re.compile(r"^(\d+)$", re.M).findall("12\nab\n345\n"))
for bad in ["(", "[z-a]", "*", "(?P<1>x)", r"\1", "(?<=a*)b"]:
    try:
        re.compile(bad)
    except re.error as e:
        print(repr(bad), e)
print(re.escape(string.punctuation), re.sub(r"\d+", lambda m: hex(int(m[0])), "10 20 300"))
print(re.search(r"(a+)+$", "a" * 18 + "b"))
