// What every kind of branch to every kind of instruction does, from and to guarded pages and others.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PROT_BTI 0x10
#define PAGE 4096

static struct { int code; long at; unsigned btype; } seen;
static char *target;

static void onSignal(int sig, siginfo_t *info, void *context) {
	ucontext_t *u = context;
	seen.code = sig * 100 + info->si_code;
	seen.at = (long)u->uc_mcontext.pc - (long)target;
	seen.btype = u->uc_mcontext.pstate >> 10 & 3;
	u->uc_mcontext.pstate &= ~0xc00ull;
	u->uc_mcontext.pc = u->uc_mcontext.regs[19]; // where the branch was to come back to
}

static void put(char *at, const uint32_t *words, int n) {
	memcpy(at, words, 4 * n);
	__builtin___clear_cache(at, at + 4 * n);
}

#define BR(n) (0xd61f0000 | (n) << 5)
#define BLR(n) (0xd63f0000 | (n) << 5)
#define RET(n) (0xd65f0000 | (n) << 5)
#define B(words) (0x14000000 | ((words) & 0x3ffffff))
#define NOP 0xd503201f

// go branches to target by the word at source. It comes back to X19, or by RET.
static void go(void *source, void *target) {
	register void *x9 asm("x9") = source;
	register void *x10 asm("x10") = target;
	asm volatile(
		"mov x16, x10\n mov x17, x10\n mov x11, x10\n"
		"adr x19, 1f\n mov x20, x30\n mov x30, x19\n"
		"ret x9\n"
		"1: mov x30, x20\n"
		: "+r"(x9), "+r"(x10) : : "x11", "x16", "x17", "x19", "x20", "x30", "memory");
}

static const struct { const char *name; uint32_t word; } sources[] = {
	{"br x11", BR(11)}, {"br x16", BR(16)}, {"br x17", BR(17)}, {"blr x11", BLR(11)}, {"blr x16", BLR(16)}, {"ret x11", RET(11)}, {"b", 0},
}, targets[] = {
	{"nop", NOP}, {"bti", 0xd503241f}, {"bti c", 0xd503245f}, {"bti j", 0xd503249f}, {"bti jc", 0xd50324df}, {"brk", 0xd4200000},
	{"paciasp", 0xd503233f}, {"pacibsp", 0xd503237f}, {"pacia1716", 0xd503211f}, {"autiasp", 0xd50323bf}, {"mov", 0xaa0103e0},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

int main(void) {
	setvbuf(stdout, 0, _IOFBF, 1 << 16);
	struct sigaction sa = {.sa_sigaction = onSignal, .sa_flags = SA_SIGINFO};
	sigaction(SIGILL, &sa, 0);
	sigaction(SIGTRAP, &sa, 0);
	sigaction(SIGSEGV, &sa, 0);
	sigaction(SIGBUS, &sa, 0);
	printf("hwcap %d\n", (int)(getauxval(AT_HWCAP2) >> 17 & 1));
	const int rwx = PROT_READ | PROT_WRITE | PROT_EXEC;
	char *pages = mmap(0, 2 * PAGE, rwx, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *source = pages;
	target = pages + PAGE;
	for (int guards = 0; guards < 4; guards++) {
		mprotect(source, PAGE, rwx | (guards & 1 ? PROT_BTI : 0));
		mprotect(target, PAGE, rwx | (guards & 2 ? PROT_BTI : 0));
		for (int t = 0; t < COUNT(targets); t++) {
			// Behind the instruction, back by an address that PACIASP has not changed.
			put(target, (uint32_t[]){targets[t].word, RET(19)}, 2);
			for (int s = 0; s < COUNT(sources); s++) {
				uint32_t w = sources[s].word ? sources[s].word : B((target - source - 4) / 4);
				// go leads to the source by RET, which is allowed.
				put(source, (uint32_t[]){NOP, w, RET(19)}, 3);
				printf("%d %s to %s:", guards, sources[s].name, targets[t].name);
				for (int i = 0; i < 3; i++) {
					memset(&seen, 0, sizeof seen);
					go(source, target);
					if (seen.code && !(guards & 2))
						seen.btype = 0; // seen by a breakpoint only
					printf(" %d@%ld/%u", seen.code, seen.at, seen.btype);
				}
				printf("\n");
			}
		}
	}
	// The same target by branches of different kinds in turn: each is checked for itself.
	put(target, (uint32_t[]){0xd503245f, RET(19)}, 2);
	for (int i = 0; i < 9; i++) {
		put(source, (uint32_t[]){NOP, sources[(int[]){3, 0, 5}[i % 3]].word}, 2);
		memset(&seen, 0, sizeof seen);
		go(source, target);
		printf("in turn %d: %d\n", i, seen.code);
	}
	// A page guarded and not, a target changed.
	put(source, (uint32_t[]){NOP, BLR(11)}, 2);
	for (int i = 0; i < 6; i++) {
		mprotect(target, PAGE, rwx | (i & 1 ? PROT_BTI : 0));
		put(target, (uint32_t[]){i < 4 ? NOP : 0xd503245f, RET(19)}, 2);
		memset(&seen, 0, sizeof seen);
		go(source, target);
		printf("changed %d: %d\n", i, seen.code);
	}
	// Addresses that are none, and tags.
	mprotect(target, PAGE, rwx | PROT_BTI);
	put(target, (uint32_t[]){0xd503245f, RET(19)}, 2);
	for (int s = 0; s < 6; s++) {
		put(source, (uint32_t[]){NOP, sources[s].word}, 2);
		for (int bit = 0; bit < 64; bit++) {
			if (bit > 1 && bit < 47)
				continue;
			memset(&seen, 0, sizeof seen);
			go(source, (void *)((uintptr_t)target ^ 1ull << bit));
			printf("%s bit %d: %d@%lx/%u\n", sources[s].name, bit, seen.code, seen.at, seen.btype);
		}
	}
	return 0;
}
