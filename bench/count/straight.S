// Loops of straight lines: integers, memory, floating point, as many arguments as the program has.
.globl _start
_start:
	ldr x9, [sp]
	sub x9, x9, #1
	adrp x10, data
	add x10, x10, :lo12:data
	movz x20, #20, lsl #16
	cmp x9, #2
	b.eq memory
	b.gt floats
integers:
	.rept 4
	add x1, x1, x20
	eor x2, x2, x1, lsl #3
	mul x3, x1, x2
	sub x4, x3, x28, lsr #7
	and x5, x4, #0xffff
	orr x28, x5, x3
	ror x7, x28, #13
	madd x8, x7, x1, x2
	.endr
	subs x20, x20, #1
	b.ne integers
	b end
memory:
	.rept 4
	ldp x1, x2, [x10]
	add x3, x1, x2
	ldr x4, [x10, #16]
	str x3, [x10, #16]
	ldrb w5, [x10, #24]
	add w5, w5, #1
	strb w5, [x10, #24]
	stp x4, x3, [x10, #32]
	.endr
	subs x20, x20, #1
	b.ne memory
	b end
floats:
	.rept 4
	fadd d1, d1, d2
	fmul d3, d1, d2
	fmadd d4, d3, d1, d2
	ldr q5, [x10]
	add v6.4s, v5.4s, v6.4s
	str q6, [x10, #16]
	fsub d7, d4, d1
	fcmp d7, d1
	.endr
	subs x20, x20, #1
	b.ne floats
end:
	mov x0, #0
	mov x8, #93
	svc #0
.bss
.balign 16
data: .skip 256
