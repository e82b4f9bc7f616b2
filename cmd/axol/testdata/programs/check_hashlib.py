"""Hashes, by OpenSSL and by Python's own modules; HMAC, key derivation, checksums, base64, random numbers from a seed."""
import base64
import binascii
import hashlib
import hmac
import random
import zlib

noise = open("noise", "rb").read()
for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name)
    for i in range(0, len(noise), 777):
        h.update(noise[i:i + 777])
    print(name, h.hexdigest(40) if name.startswith("shake") else h.hexdigest())
print(hashlib.blake2b(noise, key=b"key", digest_size=20, salt=b"salt", person=b"me").hexdigest())
print(hmac.new(b"key", noise, "sha384").hexdigest(), hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 1000).hex())
print(hashlib.scrypt(b"pw", salt=b"salt", n=64, r=8, p=1, dklen=32).hex())
print(zlib.crc32(noise), zlib.adler32(noise), binascii.crc_hqx(noise, 0))
packed = zlib.compress(noise * 3, 9)
print(len(packed), hashlib.md5(packed).hexdigest(), zlib.decompress(packed) == noise * 3)
print(base64.b85encode(noise[:100]), base64.a85encode(noise[:50]), binascii.b2a_uu(noise[:45]))
r = random.Random(12345)
print([r.random() for _ in range(5)], r.randrange(10**30), r.gauss(0, 1), r.sample(range(1000), 10), r.choices("abc", [1, 2, 3], k=10))
r.shuffle(order := list(range(20)))
print(order)
