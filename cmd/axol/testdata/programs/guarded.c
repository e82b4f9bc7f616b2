// A dynamic program all of whose own code is guarded (FEAT_BTI). The system's crt1.o is not, so that
// it has a start of its own.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

__asm__(".globl _start\n"
	"_start: bti jc\n"
	"mov x5, x0\n"
	"ldr x1, [sp]\n"
	"add x2, sp, #8\n"
	"mov x6, sp\n"
	"adrp x0, main\n"
	"add x0, x0, :lo12:main\n"
	"mov x3, #0\n"
	"mov x4, #0\n"
	"bl __libc_start_main\n"
	"brk #1\n");

static sigjmp_buf back;

static void on_signal(int number, siginfo_t *info, void *context) {
	printf("signal %d, code %d\n", number, info->si_code);
	siglongjmp(back, 1);
}

static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

int main(void) {
	int v[1000];
	for (int i = 0; i < 1000; i++)
		v[i] = i * 7919 % 1000;
	qsort(v, 1000, sizeof *v, order); // the library calls back
	for (int i = 0; i < 1000; i++)
		if (v[i] != i)
			return 1;
	puts("sorted");
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	sigaction(SIGILL, &action, 0);
	if (!sigsetjmp(back, 1)) {
		void (*inside)(void) = (void (*)(void))((char *)main + 8); // no landing pad
		inside();
		puts("landed");
	}
	return 3;
}
