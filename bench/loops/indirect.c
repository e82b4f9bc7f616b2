// Calls through a table, of which the next depends on the last.
#include "start.h"

static u64 add(u64 x) { return x + 1; }
static u64 triple(u64 x) { return x * 3; }
static u64 flip(u64 x) { return x ^ x >> 7; }
static u64 subtract(u64 x) { return x - 7; }

static u64 (*volatile const operations[])(u64) = {add, triple, flip, subtract};

static u64 work(void) {
	u64 x = 1;
	for (u32 i = 0; i < 200000000; i++)
		x = operations[(i * 7 + (i >> 3)) % 4](x);
	return x;
}
