// Copies memory, a word at a time.
#include "start.h"

static u64 from[2048], to[2048];

static __attribute__((noipa)) void copy(u64 *restrict d, const u64 *restrict s, u64 n) {
	for (u64 i = 0; i < n; i++)
		d[i] = s[i];
}

static u64 work(void) {
	for (u32 i = 0; i < 2048; i++)
		from[i] = i * 0x9e3779b97f4a7c15;
	for (u32 round = 0; round < 500000; round++) {
		from[round % 2048] = round;
		copy(to, from, 2048);
	}
	u64 sum = 0;
	for (u32 i = 0; i < 2048; i++)
		sum += to[i];
	return sum;
}
