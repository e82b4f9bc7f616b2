// Calls and returns.
#include "start.h"

static __attribute__((noipa)) u64 fib(u64 n) {
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static u64 work(void) {
	u64 sum = 0;
	for (int round = 0; round < 4; round++)
		sum += fib(38);
	return sum;
}
