// The frame of a loop program: it needs no library, so that what is measured is the loop. work is the
// loop, and its result is printed.
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;

static u64 work(void);

#if defined(__aarch64__)
__asm__(".globl _start\n_start: mov x29, #0\n mov x30, #0\n b begin\n");

static long call(long number, long a, long b, long c) {
	register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
enum { WRITE = 64, EXIT = 93 };
#elif defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n call begin\n");

static long call(long number, long a, long b, long c) {
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}
enum { WRITE = 1, EXIT = 60 };
#endif

__attribute__((noreturn, used)) void begin(void) {
	static char text[] = "0000000000000000\n";
	u64 result = work();
	for (int i = 15; i >= 0; i--, result >>= 4)
		text[i] = "0123456789abcdef"[result & 15];
	call(WRITE, 1, (long)text, sizeof text - 1);
	for (;;)
		call(EXIT, 0, 0, 0);
}
