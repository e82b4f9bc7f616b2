// unicorn CODE FUNCTION CALLS HOOK: runs a micro guest under libunicorn and prints the seconds of CPU time that took, the hits of
// a code hook on its function, and the library's version. CODE is hexadecimal, FUNCTION its offset, HOOK 0 or 1.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicorn/unicorn.h>

#define CODE 0x100000
#define STACK 0x80000

static void check(uc_err e, const char *what) {
	if (e != UC_ERR_OK) {
		fprintf(stderr, "%s: %s\n", what, uc_strerror(e));
		exit(1);
	}
}

static void hit(uc_engine *uc, uint64_t address, uint32_t size, void *count) {
	++*(uint64_t *)count;
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
	if (argc != 5) {
		fprintf(stderr, "usage: unicorn CODE FUNCTION CALLS HOOK\n");
		return 2;
	}
	uint8_t code[4096];
	size_t n = strlen(argv[1]) / 2;
	if (n > sizeof code)
		return 2;
	for (size_t i = 0; i < n; i++) {
		unsigned byte;
		if (sscanf(argv[1] + 2 * i, "%2x", &byte) != 1)
			return 2;
		code[i] = byte;
	}
	uint64_t function = CODE + strtoull(argv[2], 0, 0), calls = strtoull(argv[3], 0, 0);
	uint64_t hits = 0, sp = STACK + 0x1000, end = CODE + 12; // where its BRK is
	uc_engine *uc;
	uc_hook hook;
	check(uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc), "uc_open");
	check(uc_mem_map(uc, CODE, 0x1000, UC_PROT_ALL), "uc_mem_map");
	check(uc_mem_map(uc, STACK, 0x1000, UC_PROT_READ | UC_PROT_WRITE), "uc_mem_map");
	check(uc_mem_write(uc, CODE, code, n), "uc_mem_write");
	check(uc_reg_write(uc, UC_ARM64_REG_SP, &sp), "uc_reg_write");
	if (atoi(argv[4]))
		check(uc_hook_add(uc, &hook, UC_HOOK_CODE, (void *)hit, &hits, function, function), "uc_hook_add");
	uint64_t few = 1000; // what translation takes does not count
	check(uc_reg_write(uc, UC_ARM64_REG_X1, &few), "uc_reg_write");
	check(uc_emu_start(uc, CODE, end, 0, 0), "uc_emu_start");
	hits = 0;
	check(uc_reg_write(uc, UC_ARM64_REG_X1, &calls), "uc_reg_write");
	double start = now();
	check(uc_emu_start(uc, CODE, end, 0, 0), "uc_emu_start");
	double took = now() - start;
	unsigned major, minor;
	uc_version(&major, &minor);
	printf("%.9f %llu %u.%u\n", took, (unsigned long long)hits, major, minor);
	return 0;
}
