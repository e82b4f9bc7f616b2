// A plugin of qemu-user that counts how often the instruction at address at=N is executed, by code in the translation
// (how=counter) or by calling a function (how=callback), and writes the count to the file out=FILE at the end. The few declarations of
// QEMU's plugin interface that it needs, version 1, are here, because distributions do not ship its header.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
void qemu_plugin_register_vcpu_tb_trans_cb(id, void (*)(id, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int flags, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int op, void *, uint64_t);
void qemu_plugin_register_atexit_cb(id, void (*)(id, void *), void *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { NO_REGS = 0, ADD_U64 = 0 };

static uint64_t at, hits;
static int callback;
static char out[4096];

static void hit(unsigned cpu, void *count) { ++*(uint64_t *)count; }

static void translated(id me, struct qemu_plugin_tb *tb) {
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		if (qemu_plugin_insn_vaddr(insn) != at)
			continue;
		if (callback)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, hit, NO_REGS, &hits);
		else
			qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &hits, 1);
	}
}

static void ended(id me, void *data) {
	FILE *f = fopen(out, "w");
	if (f) {
		fprintf(f, "%llu\n", (unsigned long long)hits);
		fclose(f);
	}
}

__attribute__((visibility("default"))) int qemu_plugin_install(id me, const void *info, int argc, char **argv) {
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "at=", 3))
			at = strtoull(argv[i] + 3, 0, 0);
		else if (!strncmp(argv[i], "out=", 4))
			snprintf(out, sizeof out, "%s", argv[i] + 4);
		else if (!strcmp(argv[i], "how=callback"))
			callback = 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(me, translated);
	qemu_plugin_register_atexit_cb(me, ended, 0);
	return 0;
}
