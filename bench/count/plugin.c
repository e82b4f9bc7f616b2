// Counts the instructions that QEMU 7.2 executes, by ranges of addresses: a plugin for qemu-aarch64 -plugin.
// Arguments are ranges, lo=hexadecimal,hi=hexadecimal,...; at the end, the count of each is printed to
// standard error, and then that of everything. The interface is declared here, as Debian has no header for it.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
int qemu_plugin_version = 1;
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*f)(uint64_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, void (*f)(unsigned, void *), int flags, void *data);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*f)(uint64_t, void *), void *data);

enum { RANGES = 8 };
static struct {
	uint64_t lo, hi, count;
} ranges[RANGES + 1]; // the last is everything
static int n;

// A block's range and its length go in one pointer.
static void executed(unsigned cpu, void *data) {
	(void)cpu;
	uintptr_t d = (uintptr_t)data;
	__atomic_fetch_add(&ranges[d & 15].count, d >> 4, __ATOMIC_RELAXED);
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb) {
	(void)id;
	uint64_t at = qemu_plugin_tb_vaddr(tb);
	uintptr_t i = 0;
	while (i < (uintptr_t)n && (at < ranges[i].lo || at >= ranges[i].hi))
		i++;
	if (i == (uintptr_t)n)
		i = RANGES;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, (void *)(qemu_plugin_tb_n_insns(tb) << 4 | i));
}

static void ended(uint64_t id, void *data) {
	(void)id, (void)data;
	uint64_t all = ranges[RANGES].count;
	for (int i = 0; i < n; i++) {
		fprintf(stderr, "insns %llx-%llx %llu\n", (unsigned long long)ranges[i].lo, (unsigned long long)ranges[i].hi, (unsigned long long)ranges[i].count);
		all += ranges[i].count;
	}
	fprintf(stderr, "insns all %llu\n", (unsigned long long)all);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
	(void)info;
	for (int i = 0; i + 1 < argc && n < RANGES; i += 2, n++) {
		ranges[n].lo = strtoull(argv[i] + 3, NULL, 16);
		ranges[n].hi = strtoull(argv[i + 1] + 3, NULL, 16);
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
